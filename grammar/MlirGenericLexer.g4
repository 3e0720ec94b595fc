/*
 * The tokens of MLIR 19's textual form.
 *
 * The input is a sequence of bytes: feed the lexer one char per byte (Latin-1). Then string literals may hold any
 * byte, everything else is ASCII, and columns count bytes.
 *
 * Three places of MLIR are lexed by other rules than the rest, and each has its mode here:
 *   DIMENSIONS  after `tensor<`, `memref<`, `vector<`: `4x8xf32` is 4 x 8 x f32, `0x4xf32` no hexadecimal number.
 *               The first token of the element type ends the mode.
 *   AFFINE      after `affine_map<`, `affine_set<`: every word but the operators is an identifier. `>` ends it.
 *   BODY        after `!foo.bar<`, `#foo.bar<`: free text with balanced brackets, where only strings and `->` count
 *               as more than their characters; there are no comments. The matching bracket ends it.
 * A `tensor` without `<` is an identifier like any other; the `<` of a dialect body must touch the name.
 *
 * Rules of the other modes that stand for a token of the default mode are written so that they do not take the
 * literal ('(' and so on) away from it: a set `[(]` or a group `('index')`.
 */
lexer grammar MlirGenericLexer;

tokens { TENSOR_OPEN, MEMREF_OPEN, VECTOR_OPEN }

// A NUL byte between tokens is white space; a comment ends with the line, and either CR or LF ends a line.
WHITESPACE : Space+ -> skip;
COMMENT : LineComment -> skip;

ARROW : '->';
COLON : ':';
COMMA : ',';
EQUAL : '=';
GREATER : '>';
LBRACE : '{';
LESS : '<';
LPAREN : '(';
LSQUARE : '[';
MINUS : '-';
PLUS : '+';
QUESTION : '?';
RBRACE : '}';
RPAREN : ')';
RSQUARE : ']';
STAR : '*';
FILE_METADATA_BEGIN : '{-#';
FILE_METADATA_END : '#-}';

// Words with a meaning of their own. All of them are names as well: see bareId.
ARRAY : 'array';
AT : 'at';
CALLSITE : 'callsite';
COMPLEX : 'complex';
DENSE : 'dense';
DENSE_RESOURCE : 'dense_resource';
DIALECT_RESOURCES : 'dialect_resources';
DISTINCT : 'distinct';
EXTERNAL_RESOURCES : 'external_resources';
FALSE : 'false';
FUSED : 'fused';
INDEX : 'index';
LOC : 'loc';
NONE : 'none';
OFFSET : 'offset';
SPARSE : 'sparse';
STRIDED : 'strided';
TRUE : 'true';
TUPLE : 'tuple';
UNIT : 'unit';
UNKNOWN : 'unknown';
FLOAT_TYPE : FloatTypeName;
INTEGER_TYPE : IntegerTypeName;

// `x = affine_map<` is one token so that what follows can be lexed in its own mode.
AFFINE_MAP_OPEN : 'affine_map' Gap '<' -> mode(AFFINE);
AFFINE_SET_OPEN : 'affine_set' Gap '<' -> mode(AFFINE);
TENSOR_LESS : 'tensor' Gap '<' -> type(TENSOR_OPEN), mode(DIMENSIONS);
MEMREF_LESS : 'memref' Gap '<' -> type(MEMREF_OPEN), mode(DIMENSIONS);
VECTOR_LESS : 'vector' Gap '<' -> type(VECTOR_OPEN), mode(DIMENSIONS);

BARE_ID : BareId;
DECIMAL_LITERAL : Digit+;
HEXADECIMAL_LITERAL : '0x' HexDigit+;
FLOAT_LITERAL : Digit+ '.' Digit* ([eE] [-+]? Digit+)?;
STRING_LITERAL : String;

VALUE_ID : '%' SuffixId;
CARET_ID : '^' SuffixId;
AT_ID : '@' (BareId | String);

// `#3` is an alias and the number of a result. A name with a dot is a dialect's, one without is an alias.
HASH_NUMBER : '#' Digit+;
HASH_ALIAS : '#' AliasName;
HASH_DOTTED : '#' DottedName;
HASH_OPEN : '#' SuffixId '<' -> pushMode(BODY);
TYPE_ALIAS : '!' (Digit+ | AliasName);
TYPE_DOTTED : '!' DottedName;
TYPE_OPEN : '!' SuffixId '<' -> pushMode(BODY);

// No byte is lost: what fits nowhere becomes a token that no rule takes.
UNEXPECTED : .;

mode DIMENSIONS;

DIMENSION_SPACE : (Space+ | LineComment) -> skip;
DIMENSION_NUMBER : Digit+ -> type(DECIMAL_LITERAL);
DIMENSION_QUESTION : [?] -> type(QUESTION);
DIMENSION_STAR : [*] -> type(STAR);
DIMENSION_LSQUARE : [[] -> type(LSQUARE);
DIMENSION_RSQUARE : [\]] -> type(RSQUARE);
X : 'x';
ELEMENT_TENSOR : 'tensor' Gap '<' -> type(TENSOR_OPEN);
ELEMENT_MEMREF : 'memref' Gap '<' -> type(MEMREF_OPEN);
ELEMENT_VECTOR : 'vector' Gap '<' -> type(VECTOR_OPEN);
ELEMENT_COMPLEX : ('complex') -> type(COMPLEX), mode(DEFAULT_MODE);
ELEMENT_TUPLE : ('tuple') -> type(TUPLE), mode(DEFAULT_MODE);
ELEMENT_INDEX : ('index') -> type(INDEX), mode(DEFAULT_MODE);
ELEMENT_NONE : ('none') -> type(NONE), mode(DEFAULT_MODE);
ELEMENT_FLOAT : FloatTypeName -> type(FLOAT_TYPE), mode(DEFAULT_MODE);
ELEMENT_INTEGER : IntegerTypeName -> type(INTEGER_TYPE), mode(DEFAULT_MODE);
ELEMENT_FUNCTION : [(] -> type(LPAREN), mode(DEFAULT_MODE);
ELEMENT_ALIAS : '!' (Digit+ | AliasName) -> type(TYPE_ALIAS), mode(DEFAULT_MODE);
ELEMENT_DOTTED : '!' DottedName -> type(TYPE_DOTTED), mode(DEFAULT_MODE);
ELEMENT_OPEN : '!' SuffixId '<' -> type(TYPE_OPEN), mode(DEFAULT_MODE), pushMode(BODY);
DIMENSION_UNEXPECTED : . -> type(UNEXPECTED);

mode AFFINE;

AFFINE_SPACE : (Space+ | LineComment) -> skip;
AFFINE_ARROW : ('->') -> type(ARROW);
AFFINE_COLON : [:] -> type(COLON);
AFFINE_COMMA : [,] -> type(COMMA);
AFFINE_LPAREN : [(] -> type(LPAREN);
AFFINE_RPAREN : [)] -> type(RPAREN);
AFFINE_LSQUARE : [[] -> type(LSQUARE);
AFFINE_RSQUARE : [\]] -> type(RSQUARE);
AFFINE_MINUS : [-] -> type(MINUS);
AFFINE_PLUS : [+] -> type(PLUS);
AFFINE_STAR : [*] -> type(STAR);
// MLIR lexes the two characters apart, so there may be space between them.
EQUAL_EQUAL : '=' Gap '=';
GREATER_EQUAL : '>' Gap '=';
LESS_EQUAL : '<' Gap '=';
CEILDIV : 'ceildiv';
FLOORDIV : 'floordiv';
MOD : 'mod';
SYMBOL : 'symbol';
AFFINE_NUMBER : Digit+ -> type(DECIMAL_LITERAL);
AFFINE_HEX : '0x' HexDigit+ -> type(HEXADECIMAL_LITERAL);
AFFINE_ID : BareId -> type(BARE_ID);
AFFINE_CLOSE : [>] -> type(GREATER), mode(DEFAULT_MODE);
AFFINE_UNEXPECTED : . -> type(UNEXPECTED);

mode BODY;

BODY_LESS : [<] -> type(LESS), pushMode(BODY);
BODY_LPAREN : [(] -> type(LPAREN), pushMode(BODY);
BODY_LSQUARE : [[] -> type(LSQUARE), pushMode(BODY);
BODY_LBRACE : [{] -> type(LBRACE), pushMode(BODY);
BODY_GREATER : [>] -> type(GREATER), popMode;
BODY_RPAREN : [)] -> type(RPAREN), popMode;
BODY_RSQUARE : [\]] -> type(RSQUARE), popMode;
BODY_RBRACE : [}] -> type(RBRACE), popMode;
BODY_STRING : String -> type(STRING_LITERAL);
BODY_TEXT : (~[<>()[\]{}"\-\u0000] | '-' | '->')+;
BODY_UNEXPECTED : . -> type(UNEXPECTED);

fragment Space : [ \t\r\n\u0000];
fragment LineComment : '//' ~[\r\n]*;
fragment Gap : (Space | LineComment [\r\n])*;
fragment Digit : [0-9];
fragment HexDigit : [0-9a-fA-F];
fragment Letter : [a-zA-Z];
fragment IdPunct : [$._-];
fragment BareId : (Letter | '_') (Letter | Digit | [_$.])*;
fragment SuffixId : Digit+ | (Letter | IdPunct) (Letter | IdPunct | Digit)*;
fragment AliasName : (Letter | [$_-]) (Letter | Digit | [$_-])*;
fragment DottedName : AliasName? '.' (Letter | IdPunct | Digit)*;
fragment FloatTypeName
    : 'f16' | 'f32' | 'f64' | 'f80' | 'f128' | 'bf16' | 'tf32'
    | 'f8E5M2' | 'f8E4M3' | 'f8E4M3FN' | 'f8E5M2FNUZ' | 'f8E4M3FNUZ' | 'f8E4M3B11FNUZ';
fragment IntegerTypeName : [su]? 'i' Digit+;
// CR, NUL and bytes over 127 may stand in a string as they are.
fragment String : '"' (~["\\\n\u000B\u000C] | '\\' (["\\nt] | HexDigit HexDigit))* '"';
