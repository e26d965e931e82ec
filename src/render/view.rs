//! The views that the renderer fills in for a page, as types. They are declared in `shape`.

use std::borrow::Cow;

use super::shape::{Shape, views};
use super::value::{IntoValue, Value};
use crate::arena::Ix;
use crate::front_matter::{Actor, Extra};
use crate::markdown::Quote;

/// Makes the type of each view that is a record, and its conversion to a template value.
macro_rules! records {
    ($($(#[doc = $about:literal])+ $form:ident $name:ident $(: $base:ident)? { $($(#[doc = $doc:literal])+ $field:ident $(: $type:ty)?,)+ })+) => {
        $(records!(@$form $(#[doc = $about])+ $name { $($(#[doc = $doc])+ $field $(: $type)?,)+ });)+
    };
    (@found $($rest:tt)+) => {};
    (@record $(#[doc = $about:literal])+ $name:ident { $($(#[doc = $doc:literal])+ $field:ident: $type:ty,)+ }) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug)]
        pub(crate) struct $name <'a> {
            $($(#[doc = $doc])+ pub $field: $type,)+
        }

        impl<'a> IntoValue<'a> for $name<'a> {
            fn into_value(self) -> Value<'a> {
                Value::Record(Shape::$name, Box::new([$(self.$field.into_value()),+]))
            }
        }
    };
}
views!(records);
