//! A crate's own words.
#![allow(dead_code)]
use std::{collections::HashMap, fmt::{self, Write as _}};

/// Doc with `code` and [link](x).
#[derive(Clone, Debug, PartialEq)]
pub struct Pair<'a, T: ?Sized + 'a> where T: fmt::Display { a: &'a T, b: Option<Box<dyn Fn(u8) -> i32>> }

macro_rules! twice { ($x:expr, $($rest:tt)*) => {{ $x + $x; println!("{:>5}{name}", 1, name = "x\n\u{1F600}"); }}; }

impl<'a, T> Pair<'a, T> where T: fmt::Display {
    pub(crate) const LIMIT: u64 = 0xFF_u64 + 0b1010 + 1_000;
    /* block /* nested */ still */
    async fn run(&mut self, mut n: usize) -> Result<(), String> {
        'outer: loop { if n > 3 && self.b.is_none() { break 'outer; } n += 1; }
        let raw = r#"a "quoted" \n"#; let byte = b'\x41'; let c = '\''; let f = 1.5e-3f32;
        match n { 0 | 1 => Err("é ß".into()), x @ 2..=9 => Ok(()), _ if n < 5 => unreachable!(), _ => { unsafe { } Ok(()) } }
    }
}
extern "C" { fn abs(x: i32) -> i32; }
