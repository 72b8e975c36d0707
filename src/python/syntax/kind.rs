//! The node kinds and fields of tree-sitter-python as Rust enums. It knows the grammar's names and nothing of any file.

use std::sync::OnceLock;

macro_rules! grammar_names {
    ($(#[$doc:meta])* $name:ident, $other:ident { $($variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[allow(missing_docs)]
        pub enum $name { $($variant,)* $other }

        impl $name {
            fn from_name(text: &str) -> Self {
                match text { $($text => Self::$variant,)* _ => Self::$other }
            }
        }
    };
}

grammar_names! {
    /// The kind of a syntax node; `Other` for the few that are not needed.
    Kind, Other {
        Module = "module", ExpressionStatement = "expression_statement", Assignment = "assignment",
        AugmentedAssignment = "augmented_assignment", ReturnStatement = "return_statement",
        DeleteStatement = "delete_statement", RaiseStatement = "raise_statement", PassStatement = "pass_statement",
        BreakStatement = "break_statement", ContinueStatement = "continue_statement",
        GlobalStatement = "global_statement", NonlocalStatement = "nonlocal_statement",
        AssertStatement = "assert_statement", ImportStatement = "import_statement",
        ImportFromStatement = "import_from_statement", FutureImportStatement = "future_import_statement",
        PrintStatement = "print_statement", ExecStatement = "exec_statement",
        TypeAliasStatement = "type_alias_statement", IfStatement = "if_statement", ElifClause = "elif_clause",
        ElseClause = "else_clause", ForStatement = "for_statement", WhileStatement = "while_statement",
        TryStatement = "try_statement", ExceptClause = "except_clause", FinallyClause = "finally_clause",
        WithStatement = "with_statement", WithClause = "with_clause", WithItem = "with_item",
        MatchStatement = "match_statement", CaseClause = "case_clause", CasePattern = "case_pattern",
        FunctionDefinition = "function_definition", ClassDefinition = "class_definition",
        DecoratedDefinition = "decorated_definition", Decorator = "decorator", Block = "block",
        Lambda = "lambda", LambdaParameters = "lambda_parameters", Parameters = "parameters",
        DefaultParameter = "default_parameter", TypedParameter = "typed_parameter",
        TypedDefaultParameter = "typed_default_parameter", ListSplatPattern = "list_splat_pattern",
        DictionarySplatPattern = "dictionary_splat_pattern", KeywordSeparator = "keyword_separator",
        PositionalSeparator = "positional_separator", Call = "call", ArgumentList = "argument_list",
        KeywordArgument = "keyword_argument", Attribute = "attribute", Subscript = "subscript", Slice = "slice",
        Identifier = "identifier", Await = "await", Yield = "yield", NamedExpression = "named_expression",
        ConditionalExpression = "conditional_expression", BooleanOperator = "boolean_operator",
        NotOperator = "not_operator", ComparisonOperator = "comparison_operator",
        BinaryOperator = "binary_operator", UnaryOperator = "unary_operator",
        ParenthesizedExpression = "parenthesized_expression", Tuple = "tuple", List = "list", Set = "set",
        Dictionary = "dictionary", Pair = "pair", ListSplat = "list_splat", DictionarySplat = "dictionary_splat",
        ExpressionList = "expression_list", PatternList = "pattern_list", TuplePattern = "tuple_pattern",
        ListPattern = "list_pattern", ListComprehension = "list_comprehension",
        SetComprehension = "set_comprehension", DictionaryComprehension = "dictionary_comprehension",
        GeneratorExpression = "generator_expression", ForInClause = "for_in_clause", IfClause = "if_clause",
        AsPattern = "as_pattern", AsPatternTarget = "as_pattern_target", SplatPattern = "splat_pattern",
        DictPattern = "dict_pattern", KeywordPattern = "keyword_pattern", ClassPattern = "class_pattern",
        String = "string", ConcatenatedString = "concatenated_string", StringStart = "string_start",
        StringContent = "string_content", StringEnd = "string_end", Interpolation = "interpolation",
        FormatExpression = "format_expression", Integer = "integer", Float = "float", True = "true",
        False = "false", None = "none", Ellipsis = "ellipsis", Comment = "comment", DottedName = "dotted_name",
        AliasedImport = "aliased_import", RelativeImport = "relative_import", ImportPrefix = "import_prefix",
        WildcardImport = "wildcard_import", Type = "type", GenericType = "generic_type", UnionType = "union_type",
        MemberType = "member_type", TypeParameter = "type_parameter", LineContinuation = "line_continuation",
        Error = "ERROR",
    }
}

grammar_names! {
    /// The field of a node in its parent; `None` where the grammar names none.
    Field, None {
        Alias = "alias", Alternative = "alternative", Argument = "argument", Arguments = "arguments",
        Attribute = "attribute", Body = "body", Cause = "cause", Code = "code", Condition = "condition",
        Consequence = "consequence", Definition = "definition", Expression = "expression",
        Function = "function", Guard = "guard", Key = "key", Left = "left", ModuleName = "module_name",
        Name = "name", Object = "object", Operator = "operator", Operators = "operators",
        Parameters = "parameters", ReturnType = "return_type", Right = "right", Subject = "subject",
        Subscript = "subscript", Superclasses = "superclasses", Type = "type",
        TypeParameters = "type_parameters", Value = "value",
    }
}

impl Kind {
    /// The kind of a grammar symbol.
    pub(super) fn of(symbol: u16) -> Self {
        static KINDS: OnceLock<Vec<Kind>> = OnceLock::new();
        let kinds = KINDS.get_or_init(|| {
            let language = tree_sitter::Language::from(tree_sitter_python::LANGUAGE);
            (0..language.node_kind_count())
                .map(|i| {
                    let id = u16::try_from(i).expect("a grammar has fewer than 65536 symbols");
                    language.node_kind_for_id(id).map_or(Kind::Other, Kind::from_name)
                })
                .collect()
        });
        kinds.get(usize::from(symbol)).copied().unwrap_or(Kind::Error)
    }

    /// Whether a node of this kind may have a child with this field; exact for kinds that can have very many children
    /// (tree-sitter-python's `node-types.json`).
    pub(super) fn may_have(self, field: Field) -> bool {
        match self {
            Self::Block => field == Field::Alternative,
            Self::Module
            | Self::ArgumentList
            | Self::List
            | Self::Tuple
            | Self::Set
            | Self::Dictionary
            | Self::ExpressionList
            | Self::PatternList
            | Self::ConcatenatedString
            | Self::String
            | Self::StringContent => false,
            _ => true,
        }
    }

    /// Whether this is a statement that is a logical line of its own or follows a `;`.
    pub fn is_simple_statement(self) -> bool {
        matches!(
            self,
            Self::ExpressionStatement
                | Self::ReturnStatement
                | Self::DeleteStatement
                | Self::RaiseStatement
                | Self::PassStatement
                | Self::BreakStatement
                | Self::ContinueStatement
                | Self::GlobalStatement
                | Self::NonlocalStatement
                | Self::AssertStatement
                | Self::ImportStatement
                | Self::ImportFromStatement
                | Self::FutureImportStatement
                | Self::PrintStatement
                | Self::ExecStatement
                | Self::TypeAliasStatement
        )
    }

    /// Whether this is a statement with suites.
    pub fn is_compound_statement(self) -> bool {
        matches!(
            self,
            Self::IfStatement
                | Self::ForStatement
                | Self::WhileStatement
                | Self::TryStatement
                | Self::WithStatement
                | Self::MatchStatement
                | Self::FunctionDefinition
                | Self::ClassDefinition
                | Self::DecoratedDefinition
        )
    }

    /// Whether this is any statement.
    pub fn is_statement(self) -> bool {
        self.is_simple_statement() || self.is_compound_statement()
    }

    /// Whether this is a comprehension or a generator expression: a scope of its own.
    pub fn is_comprehension(self) -> bool {
        matches!(
            self,
            Self::ListComprehension
                | Self::SetComprehension
                | Self::DictionaryComprehension
                | Self::GeneratorExpression
        )
    }
}

impl Field {
    /// The field of a grammar field id (tree-sitter counts from 1; 0 is none).
    pub(super) fn of(id: Option<std::num::NonZeroU16>) -> Self {
        static FIELDS: OnceLock<Vec<Field>> = OnceLock::new();
        let fields = FIELDS.get_or_init(|| {
            let language = tree_sitter::Language::from(tree_sitter_python::LANGUAGE);
            (0..=language.field_count())
                .map(|i| {
                    let id = u16::try_from(i).expect("a grammar has fewer than 65536 fields");
                    language.field_name_for_id(id).map_or(Field::None, Field::from_name)
                })
                .collect()
        });
        id.and_then(|id| fields.get(usize::from(id.get())).copied()).unwrap_or(Field::None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_one_of_the_grammar() {
        let language = tree_sitter::Language::from(tree_sitter_python::LANGUAGE);
        for text in
            ["expression_statement", "named_expression", "with_item", "positional_separator"]
        {
            let id = language.id_for_node_kind(text, true);
            assert_ne!(id, 0, "{text}");
            assert_ne!(Kind::of(id), Kind::Other, "{text}");
        }
        assert!(language.field_id_for_name("superclasses").is_some());
    }

    #[test]
    fn a_kind_has_every_field_that_the_grammar_gives_it() {
        let types: serde_json::Value =
            serde_json::from_str(tree_sitter_python::NODE_TYPES).unwrap();
        let mut count = 0;
        for node in types.as_array().unwrap() {
            let kind = Kind::from_name(node["type"].as_str().unwrap());
            for field in node["fields"].as_object().into_iter().flat_map(|f| f.keys()) {
                assert!(kind.may_have(Field::from_name(field)), "{kind:?} {field}");
                count += 1;
            }
        }
        assert!(count > 50, "{count}");
    }
}
