//! The part of Tera's language that is known here, read as Tera reads it. Whatever is outside of it, and whatever Tera would
//! refuse, is `None`: Tera then renders the template, and says what is wrong.

use tera::Value;

/// A template.
#[derive(Debug, Default)]
pub(crate) struct Template {
    pub parent: Option<String>,
    pub nodes: Vec<Node>,
    pub components: Vec<Component>,
}

/// A piece of a template that is used as `{{<name argument={value} />}}`.
#[derive(Debug)]
pub(crate) struct Component {
    pub name: String,
    pub parameters: Vec<Parameter>,
    pub body: Vec<Node>,
}

/// What a component is given.
#[derive(Debug)]
pub(crate) struct Parameter {
    pub name: String,
    pub kind: Option<Type>,
    pub default: Option<Value>,
}

/// The type of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    String,
    Bool,
    Integer,
    Array,
    Map,
}

#[derive(Debug)]
pub(crate) enum Node {
    Text(String),
    Print(Expression),
    If {
        when: Expression,
        then: Vec<Node>,
        otherwise: Vec<Node>,
    },
    For {
        name: String,
        list: Expression,
        body: Vec<Node>,
        otherwise: Vec<Node>,
    },
    Block {
        name: String,
        body: Vec<Node>,
    },
    Include(String),
    Component {
        name: String,
        arguments: Vec<(String, Expression)>,
    },
    /// What the block stands in for.
    Super,
}

#[derive(Debug)]
pub(crate) enum Expression {
    Literal(Value),
    Name(String),
    Loop(Loop),
    Field { of: Box<Expression>, name: String, optional: bool },
    Slice { of: Box<Expression>, start: Option<usize>, end: Option<usize> },
    Not(Box<Expression>),
    And(Box<Expression>, Box<Expression>),
    Or(Box<Expression>, Box<Expression>),
    Compare(Order, Box<Expression>, Box<Expression>),
    In(Box<Expression>, Box<Expression>),
    StartsWith(Box<Expression>, Box<Expression>),
    Length(Box<Expression>),
    Safe(Box<Expression>),
    Join(Box<Expression>, Box<Expression>),
}

/// What a loop says of its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Loop {
    Index,
    Index0,
    First,
    Last,
    Length,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Debug, PartialEq)]
enum Token<'a> {
    Text(&'a str),
    /// `{{` or `{%`, whether it ends the space before it, and which.
    Open(Tag, bool),
    /// `}}` or `%}`, and whether it ends the space after it.
    Close(Tag, bool),
    /// A comment, and whether it ends the space before and after it.
    Comment(bool, bool),
    Word(&'a str),
    String(&'a str),
    Integer(i64),
    Sign(&'a str),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tag {
    Print,
    Statement,
}

/// Words that cannot be names.
const RESERVED: &[&str] = &[
    "true", "True", "false", "False", "loop", "self", "and", "or", "not", "is", "in", "continue",
    "break", "none", "None", "null",
];
/// Longer signs come first.
const SIGNS: &[&str] = &[
    "...", "//", "**", "==", "!=", ">=", "<=", "</", "?.", "?[", "+", "-", "*", "/", "%", "!", ".",
    ",", ":", "~", "|", "=", ">", "<", "(", ")", "[", "]", "{", "}", "@",
];
/// Tera refuses expressions and tags that are nested deeper.
const DEEPEST: usize = 40;
/// Tera refuses expressions with more operators and fields in one tag.
const LARGEST: usize = 256;
/// The longest chain of `elif`. Each is nested in the one before.
const MOST_ELIF: usize = 40;

/// Reads a template.
pub(crate) fn read(text: &str) -> Option<Template> {
    let tokens = trimmed(tokens(text)?);
    let mut reader = Reader {
        tokens,
        at: 0,
        depth: 0,
        elif: 0,
        size: 0,
        in_loop: 0,
        template: Template::default(),
    };
    let (nodes, end) = reader.nodes(&[])?;
    if end.is_some() || reader.at < reader.tokens.len() {
        return None;
    }
    let mut template = reader.template;
    template.nodes = nodes;
    Some(template)
}

fn tokens(text: &str) -> Option<Vec<Token<'_>>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let is_mark = |at: &usize| matches!(rest.as_bytes().get(at + 1), Some(b'{' | b'%' | b'#'));
        let start = rest.match_indices('{').map(|(at, _)| at).find(is_mark);
        let (before, from) = rest.split_at(start.unwrap_or(rest.len()));
        if !before.is_empty() {
            tokens.push(Token::Text(before));
        }
        if from.is_empty() {
            break;
        }
        let (mark, inner) = from.split_at(2);
        let (trim, inner) = match inner.strip_prefix('-') {
            Some(inner) => (true, inner),
            None => (false, inner),
        };
        match mark {
            "{#" => {
                let (comment, after) = inner.split_once("#}")?;
                tokens.push(Token::Comment(trim, comment.ends_with('-')));
                rest = after;
            }
            _ => {
                let tag = if mark == "{{" { Tag::Print } else { Tag::Statement };
                tokens.push(Token::Open(tag, trim));
                rest = inside(inner, tag, &mut tokens)?;
            }
        }
    }
    Some(tokens)
}

/// The tokens of a tag up to its end; what follows.
fn inside<'a>(text: &'a str, tag: Tag, tokens: &mut Vec<Token<'a>>) -> Option<&'a str> {
    let end = if tag == Tag::Print { "}}" } else { "%}" };
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace());
        if let Some(after) = rest.strip_prefix('-').and_then(|rest| rest.strip_prefix(end)) {
            tokens.push(Token::Close(tag, true));
            return Some(after);
        }
        if let Some(after) = rest.strip_prefix(end) {
            tokens.push(Token::Close(tag, false));
            return Some(after);
        }
        let first = rest.chars().next()?;
        let length = match first {
            '\'' | '"' | '`' => {
                let (string, _) = rest.get(1..)?.split_once(first)?;
                // What an escape stands for is left to Tera.
                if string.contains('\\') {
                    return None;
                }
                tokens.push(Token::String(string));
                string.len() + 2
            }
            '0'..='9' => {
                let length = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
                tokens.push(Token::Integer(rest.get(..length)?.parse().ok()?));
                // A number with a fraction is left to Tera.
                if rest.get(length..)?.starts_with('.') {
                    return None;
                }
                length
            }
            'a'..='z' | 'A'..='Z' | '_' => {
                let of_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
                let length = rest.find(|c| !of_word(c)).unwrap_or(rest.len());
                tokens.push(Token::Word(rest.get(..length)?));
                length
            }
            _ => {
                let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign))?;
                tokens.push(Token::Sign(sign));
                sign.len()
            }
        };
        rest = rest.get(length..)?;
    }
}

/// Takes away the space that tags and comments end.
fn trimmed(tokens: Vec<Token<'_>>) -> Vec<Token<'_>> {
    let mut out: Vec<Token<'_>> = Vec::with_capacity(tokens.len());
    let mut leading = false;
    for (index, token) in tokens.iter().enumerate() {
        match token {
            Token::Text(text) => {
                let text = if leading { text.trim_start() } else { text };
                let trailing = matches!(
                    tokens.get(index + 1),
                    Some(Token::Open(_, true) | Token::Comment(true, _))
                );
                leading = false;
                let text = if trailing { text.trim_end() } else { text };
                if !text.is_empty() {
                    out.push(Token::Text(text));
                }
            }
            Token::Comment(_, end) => leading |= end,
            Token::Close(_, end) => {
                leading = *end;
                out.push(token.clone());
            }
            other => {
                leading = false;
                out.push(other.clone());
            }
        }
    }
    out
}

struct Reader<'a> {
    tokens: Vec<Token<'a>>,
    at: usize,
    depth: usize,
    /// How many `elif` are around.
    elif: usize,
    /// How many operators and fields the tag has so far.
    size: usize,
    in_loop: usize,
    template: Template,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<&Token<'a>> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Option<Token<'a>> {
        let token = self.tokens.get(self.at)?.clone();
        self.at += 1;
        Some(token)
    }

    fn sees(&self, sign: &str) -> bool {
        matches!(self.peek(), Some(Token::Sign(found)) if *found == sign)
    }

    fn sees_word(&self, word: &str) -> bool {
        matches!(self.peek(), Some(Token::Word(found)) if *found == word)
    }

    /// Takes a sign if it is next.
    fn takes(&mut self, sign: &str) -> bool {
        let seen = self.sees(sign);
        self.at += usize::from(seen);
        seen
    }

    fn takes_word(&mut self, word: &str) -> bool {
        let seen = self.sees_word(word);
        self.at += usize::from(seen);
        seen
    }

    fn expect(&mut self, sign: &str) -> Option<()> {
        self.takes(sign).then_some(())
    }

    fn word(&mut self) -> Option<&'a str> {
        match self.next()? {
            Token::Word(word) => Some(word),
            _ => None,
        }
    }

    /// A word that may name something.
    fn name(&mut self) -> Option<String> {
        self.word().filter(|word| !RESERVED.contains(word)).map(str::to_owned)
    }

    fn close(&mut self, tag: Tag) -> Option<()> {
        matches!(self.next()?, Token::Close(found, _) if found == tag).then_some(())
    }

    /// Nodes up to a statement that is one of `ends`, which is taken but not closed; or up to the end of the text.
    fn nodes(&mut self, ends: &[&str]) -> Option<(Vec<Node>, Option<&'a str>)> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let mut nodes = Vec::new();
        while let Some(token) = self.next() {
            self.size = 0;
            match token {
                Token::Text(text) => nodes.push(Node::Text(text.to_owned())),
                Token::Open(Tag::Print, _) => {
                    nodes.push(self.print()?);
                    self.close(Tag::Print)?;
                }
                Token::Open(Tag::Statement, _) => {
                    let word = self.word()?;
                    if ends.contains(&word) {
                        self.depth -= 1;
                        return Some((nodes, Some(word)));
                    }
                    nodes.extend(self.statement(word, &nodes)?);
                }
                _ => return None,
            }
        }
        self.depth -= 1;
        Some((nodes, None))
    }

    fn body(&mut self, ends: &[&str]) -> Option<(Vec<Node>, &'a str)> {
        let (nodes, end) = self.nodes(ends)?;
        Some((nodes, end?))
    }

    fn print(&mut self) -> Option<Node> {
        if self.takes("<") {
            return self.component_call();
        }
        if self.sees_word("super") {
            self.at += 1;
            self.expect("(")?;
            self.expect(")")?;
            return Some(Node::Super);
        }
        self.expression(0).map(Node::Print)
    }

    /// `<name a="text" b={value} c />`, after its first sign.
    fn component_call(&mut self) -> Option<Node> {
        let name = self.dotted()?;
        let mut arguments: Vec<(String, Expression)> = Vec::new();
        while let Some(Token::Word(_)) = self.peek() {
            let argument = self.word()?.to_owned();
            let value = if !self.takes("=") {
                Expression::Name(argument.clone())
            } else if self.takes("{") {
                let value = self.expression(0)?;
                self.expect("}")?;
                value
            } else {
                match self.next()? {
                    Token::String(text) => Expression::Literal(Value::from(text)),
                    _ => return None,
                }
            };
            // Tera takes the last of two; nobody means that.
            if arguments.iter().any(|(name, _)| *name == argument) {
                return None;
            }
            arguments.push((argument, value));
        }
        self.expect("/")?;
        self.expect(">")?;
        Some(Node::Component { name, arguments })
    }

    fn dotted(&mut self) -> Option<String> {
        let mut name = self.word()?.to_owned();
        while self.takes(".") {
            name.push('.');
            name.push_str(self.word()?);
        }
        Some(name)
    }

    /// A statement after its first word; `before` is what stands before it. Some leave no node.
    fn statement(&mut self, word: &str, before: &[Node]) -> Option<Option<Node>> {
        match word {
            "if" => self.condition().map(Some),
            "for" => {
                let name = self.name()?;
                if !self.takes_word("in") {
                    return None;
                }
                let list = self.expression(0)?;
                self.close(Tag::Statement)?;
                self.in_loop += 1;
                let (body, end) = self.body(&["endfor", "else"])?;
                self.in_loop -= 1;
                self.close(Tag::Statement)?;
                let otherwise = match end {
                    "else" => {
                        let (otherwise, _) = self.body(&["endfor"])?;
                        self.close(Tag::Statement)?;
                        otherwise
                    }
                    _ => Vec::new(),
                };
                Some(Some(Node::For { name, list, body, otherwise }))
            }
            "block" => {
                let name = self.word()?.to_owned();
                self.close(Tag::Statement)?;
                let (body, _) = self.body(&["endblock"])?;
                self.end_name(&name)?;
                self.close(Tag::Statement)?;
                Some(Some(Node::Block { name, body }))
            }
            "include" => match self.next()? {
                Token::String(name) => {
                    self.close(Tag::Statement)?;
                    Some(Some(Node::Include(name.to_owned())))
                }
                _ => None,
            },
            "extends" => {
                let blank =
                    |node: &Node| matches!(node, Node::Text(text) if text.trim().is_empty());
                let first = self.depth == 1 && before.iter().all(blank);
                match self.next()? {
                    Token::String(name) if first && self.template.parent.is_none() => {
                        self.template.parent = Some(name.to_owned());
                        self.close(Tag::Statement)?;
                        Some(None)
                    }
                    _ => None,
                }
            }
            "component" if self.depth == 1 => {
                let component = self.component()?;
                self.template.components.push(component);
                Some(None)
            }
            _ => None,
        }
    }

    /// The name that may be repeated at the end of a block or component.
    fn end_name(&mut self, name: &str) -> Option<()> {
        match self.peek() {
            Some(Token::Word(_)) => (self.dotted()? == name).then_some(()),
            _ => Some(()),
        }
    }

    fn condition(&mut self) -> Option<Node> {
        let when = self.expression(0)?;
        self.close(Tag::Statement)?;
        let (then, end) = self.body(&["elif", "else", "endif"])?;
        let otherwise = match end {
            "elif" if self.elif < MOST_ELIF => {
                self.elif += 1;
                let chain = self.condition()?;
                self.elif -= 1;
                vec![chain]
            }
            "elif" => return None,
            "else" => {
                self.close(Tag::Statement)?;
                let (otherwise, _) = self.body(&["endif"])?;
                self.close(Tag::Statement)?;
                otherwise
            }
            _ => {
                self.close(Tag::Statement)?;
                Vec::new()
            }
        };
        Some(Node::If { when, then, otherwise })
    }

    /// A component's definition, after the word `component`.
    fn component(&mut self) -> Option<Component> {
        let name = self.dotted()?;
        self.expect("(")?;
        let mut parameters = Vec::new();
        while !self.takes(")") {
            if !parameters.is_empty() {
                self.expect(",")?;
                if self.takes(")") {
                    break;
                }
            }
            parameters.push(self.parameter()?);
        }
        self.close(Tag::Statement)?;
        let (body, _) = self.body(&["endcomponent"])?;
        self.end_name(&name)?;
        self.close(Tag::Statement)?;
        Some(Component { name, parameters, body })
    }

    fn parameter(&mut self) -> Option<Parameter> {
        let name = self.word()?.to_owned();
        let mut kind = match self.takes(":") {
            true => Some(match self.word()? {
                "string" => Type::String,
                "bool" => Type::Bool,
                "integer" => Type::Integer,
                "array" => Type::Array,
                "map" => Type::Map,
                _ => return None,
            }),
            false => None,
        };
        let default = match self.takes("=") {
            true => {
                // A default says of which type its parameter is.
                let (value, of_value) = match self.next()? {
                    Token::String(text) => (Value::from(text), Type::String),
                    Token::Integer(number) => (Value::from(number), Type::Integer),
                    Token::Word("true" | "True") => (Value::from(true), Type::Bool),
                    Token::Word("false" | "False") => (Value::from(false), Type::Bool),
                    _ => return None,
                };
                if *kind.get_or_insert(of_value) != of_value {
                    return None;
                }
                Some(value)
            }
            false => None,
        };
        Some(Parameter { name, kind, default })
    }

    /// An expression whose operators bind at least as tightly as `least`.
    fn expression(&mut self, least: u8) -> Option<Expression> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let mut left = self.operand()?;
        loop {
            let (binding, order) = match self.peek() {
                Some(Token::Word("or")) => (1, None),
                Some(Token::Word("and")) => (3, None),
                Some(Token::Word("in" | "is")) => (5, None),
                Some(Token::Sign("==")) => (7, Some(Order::Equal)),
                Some(Token::Sign("!=")) => (7, Some(Order::Unequal)),
                Some(Token::Sign("<")) => (7, Some(Order::Less)),
                Some(Token::Sign("<=")) => (7, Some(Order::LessOrEqual)),
                Some(Token::Sign(">")) => (7, Some(Order::Greater)),
                Some(Token::Sign(">=")) => (7, Some(Order::GreaterOrEqual)),
                Some(Token::Sign("|")) => (17, None),
                // What ends an expression.
                Some(Token::Close(..) | Token::Sign("}" | ")" | "]" | "," | ":")) => break,
                _ => return None,
            };
            if binding < least {
                break;
            }
            self.grow()?;
            let operator = self.next()?;
            left = match (operator, order) {
                (_, Some(order)) => {
                    let right = self.expression(binding + 1)?;
                    Expression::Compare(order, left.into(), right.into())
                }
                (Token::Word("or"), _) => {
                    Expression::Or(left.into(), self.expression(binding + 1)?.into())
                }
                (Token::Word("and"), _) => {
                    Expression::And(left.into(), self.expression(binding + 1)?.into())
                }
                (Token::Word("in"), _) => {
                    Expression::In(left.into(), self.expression(binding + 1)?.into())
                }
                (Token::Word("is"), _) => self.test(left)?,
                _ => self.filter(left)?,
            };
        }
        self.depth -= 1;
        Some(left)
    }

    /// Counts a part of an expression.
    fn grow(&mut self) -> Option<()> {
        self.size += 1;
        (self.size <= LARGEST).then_some(())
    }

    fn test(&mut self, of: Expression) -> Option<Expression> {
        let negated = self.takes_word("not");
        if !self.takes_word("starting_with") {
            return None;
        }
        let test = Expression::StartsWith(of.into(), self.argument("pat")?.into());
        Some(if negated { Expression::Not(test.into()) } else { test })
    }

    fn filter(&mut self, of: Expression) -> Option<Expression> {
        let of = of.into();
        Some(match self.word()? {
            "safe" if !self.sees("(") => Expression::Safe(of),
            "length" if !self.sees("(") => Expression::Length(of),
            "join" => Expression::Join(of, self.argument("sep")?.into()),
            _ => return None,
        })
    }

    /// The one argument of a filter or test.
    fn argument(&mut self, name: &str) -> Option<Expression> {
        self.expect("(")?;
        if !self.takes_word(name) {
            return None;
        }
        self.expect("=")?;
        let value = self.expression(0)?;
        self.expect(")")?;
        Some(value)
    }

    fn operand(&mut self) -> Option<Expression> {
        match self.next()? {
            Token::Integer(number) => Some(Expression::Literal(Value::from(number))),
            Token::String(text) => Some(Expression::Literal(Value::from(text))),
            Token::Sign("[") => {
                let mut items = Vec::new();
                while !self.takes("]") {
                    if !items.is_empty() {
                        self.expect(",")?;
                        if self.takes("]") {
                            break;
                        }
                    }
                    items.push(match self.next()? {
                        Token::Integer(number) => Value::from(number),
                        Token::String(text) => Value::from(text),
                        _ => return None,
                    });
                }
                Some(Expression::Literal(Value::from(items)))
            }
            Token::Sign("(") => {
                let inner = self.expression(0)?;
                self.expect(")")?;
                Some(inner)
            }
            Token::Word("true" | "True") => Some(Expression::Literal(Value::from(true))),
            Token::Word("false" | "False") => Some(Expression::Literal(Value::from(false))),
            Token::Word("none" | "None" | "null") => Some(Expression::Literal(Value::none())),
            // `not` binds as tightly as `in`, and cannot be doubled.
            Token::Word("not") if !self.sees_word("not") => {
                Some(Expression::Not(self.expression(5)?.into()))
            }
            Token::Word("loop") if self.in_loop > 0 => {
                self.expect(".")?;
                Some(Expression::Loop(match self.word()? {
                    "index" => Loop::Index,
                    "index0" => Loop::Index0,
                    "first" => Loop::First,
                    "last" => Loop::Last,
                    "length" => Loop::Length,
                    _ => return None,
                }))
            }
            Token::Word(name) if !RESERVED.contains(&name) && !self.sees("(") => {
                let mut of = Expression::Name(name.to_owned());
                loop {
                    self.grow()?;
                    let optional = self.sees("?.");
                    if optional || self.sees(".") {
                        self.at += 1;
                        let name = self.word()?.to_owned();
                        of = Expression::Field { of: of.into(), name, optional };
                    } else if self.takes("[") {
                        let start = self.bound()?;
                        self.expect(":")?;
                        let end = self.bound()?;
                        self.expect("]")?;
                        of = Expression::Slice { of: of.into(), start, end };
                    } else {
                        return Some(of);
                    }
                }
            }
            _ => None,
        }
    }

    /// A bound of a slice: a number from 0, or nothing.
    fn bound(&mut self) -> Option<Option<usize>> {
        match self.peek()? {
            Token::Integer(number) => {
                let number = usize::try_from(*number).ok()?;
                self.at += 1;
                Some(Some(number))
            }
            _ => Some(None),
        }
    }
}
