/*
 * The grammar of MLIR 19's textual form where every operation is written generically: what
 * `mlir-opt --mlir-print-op-generic` prints, and what it reads.
 *
 * Syntax only. Names, numbers and types are not looked at: whether a value, block or alias is declared, whether a
 * width, a shape or a type fits, is meaning.
 *
 * Rules bear the names of MLIR's language reference in camel case: `op-result-list` there is opResultList here.
 * The tokens are in MlirGenericLexer.g4.
 */
parser grammar MlirGeneric;

options { tokenVocab = MlirGenericLexer; }

// Top level

toplevel : (operation | attributeAliasDef | typeAliasDef | fileMetadataDict)* EOF;

attributeAliasDef : attributeAlias '=' attributeValue;

typeAliasDef : typeAlias '=' type;

// Operations

operation : opResultList? genericOperation trailingLocation?;

opResultList : opResult (',' opResult)* '=';

opResult : VALUE_ID (':' integerLiteral)?;

// Any type is syntax; that it is one of functions is meaning.
genericOperation
    : stringLiteral '(' valueUseList? ')' successorList? properties? regionList? dictionaryAttribute?
      ':' type
    ;

valueUseList : valueUse (',' valueUse)*;

valueUse : VALUE_ID HASH_NUMBER?;

successorList : '[' successor (',' successor)* ']';

successor : CARET_ID;

// mlir-opt prints a dictionary here and reads any attribute.
properties : '<' attributeValue '>';

regionList : '(' region (',' region)* ')';

trailingLocation : 'loc' '(' (attributeAlias | locationInst) ')';

// Regions and blocks

region : '{' entryBlock? block* '}';

entryBlock : operation+;

// A block without operations is syntax; that it needs a terminator is meaning.
block : blockLabel operation*;

blockLabel : CARET_ID blockArgList? ':';

blockArgList : '(' (valueIdAndType (',' valueIdAndType)*)? ')';

// mlir-opt reads a block argument as it reads an operand, so `%a#0` passes.
valueIdAndType : valueUse ':' type trailingLocation?;

// Types

type : functionType | nonFunctionType;

nonFunctionType
    : typeAlias
    | dialectType
    | integerType
    | floatType
    | indexType
    | noneType
    | complexType
    | tupleType
    | vectorType
    | tensorType
    | memrefType
    ;

// A result that is a function type needs parentheses: `() -> (() -> ())`.
functionType : typeListParens '->' functionResultType;

functionResultType : typeListParens | nonFunctionType;

typeListParens : '(' typeListNoParens? ')';

typeListNoParens : type (',' type)*;

typeAlias : TYPE_ALIAS;

dialectType : TYPE_DOTTED | TYPE_OPEN dialectSymbolContents* '>';

integerType : INTEGER_TYPE;

floatType : FLOAT_TYPE;

indexType : 'index';

noneType : 'none';

complexType : 'complex' '<' type '>';

tupleType : 'tuple' '<' typeListNoParens? '>';

vectorType : VECTOR_OPEN vectorDimList type '>';

vectorDimList : ((decimalLiteral | '[' decimalLiteral ']') 'x')*;

// mlir-opt allows the comma without an encoding after it.
tensorType : TENSOR_OPEN dimensionList type (',' encoding?)? '>';

memrefType : MEMREF_OPEN dimensionList type (',' layoutOrMemorySpace)* '>';

dimensionList : '*' 'x' | (dimension 'x')*;

dimension : '?' | decimalLiteral;

// Every attribute but those that stand only in attributeValue.
encoding : commonAttribute;

layoutOrMemorySpace : attributeValue;

// What a dialect makes of the text is the dialect's business: here it is balanced brackets, strings and text.
dialectSymbolContents
    : BODY_TEXT
    | stringLiteral
    | '<' dialectSymbolContents* '>'
    | '(' dialectSymbolContents* ')'
    | '[' dialectSymbolContents* ']'
    | '{' dialectSymbolContents* '}'
    ;

// Attributes

dictionaryAttribute : '{' (attributeEntry (',' attributeEntry)*)? '}';

// A name alone is short for `name = unit`.
attributeEntry : attributeName ('=' attributeValue)?;

attributeName : bareId | stringLiteral;

attributeValue
    : commonAttribute
    | denseArrayAttribute
    | distinctAttribute
    | stridedLayoutAttribute
    ;

commonAttribute
    : attributeAlias
    | dialectAttribute
    | affineMapAttribute
    | integerSetAttribute
    | arrayAttribute
    | boolAttribute
    | denseElementsAttribute
    | denseResourceAttribute
    | dictionaryAttribute
    | floatAttribute
    | integerAttribute
    | locationAttribute
    | sparseElementsAttribute
    | stringAttribute
    | symbolRefAttribute
    | typeAttribute
    | unitAttribute
    ;

attributeAlias : HASH_ALIAS | HASH_NUMBER;

dialectAttribute : (HASH_DOTTED | HASH_OPEN dialectSymbolContents* '>') (':' type)?;

arrayAttribute : '[' (attributeValue (',' attributeValue)*)? ']';

boolAttribute : boolLiteral;

integerAttribute : '-'? integerLiteral (':' type)?;

floatAttribute : '-'? floatLiteral (':' type)?;

stringAttribute : stringLiteral (':' type)?;

symbolRefAttribute : symbolRefId (':' ':' symbolRefId)*;

typeAttribute : type;

unitAttribute : 'unit';

denseElementsAttribute : 'dense' '<' tensorLiteral? '>' ':' type;

sparseElementsAttribute : 'sparse' '<' (tensorLiteral ',' tensorLiteral)? '>' ':' type;

// A string is the elements' bytes in hexadecimal, or an element of a dialect's type. Shape and kind are meaning.
tensorLiteral : tensorElement | '[' (tensorLiteral (',' tensorLiteral)*)? ']';

tensorElement
    : '-'? (integerLiteral | floatLiteral)
    | boolLiteral
    | stringLiteral
    | '(' tensorElement ',' tensorElement ')'
    ;

denseResourceAttribute : 'dense_resource' '<' resourceKey '>' ':' type;

denseArrayAttribute : 'array' '<' type (':' arrayElement (',' arrayElement)*)? '>';

arrayElement : '-'? (integerLiteral | floatLiteral | boolLiteral);

stridedLayoutAttribute
    : 'strided' '<' '[' (strideOrOffset (',' strideOrOffset)*)? ']' (',' 'offset' ':' strideOrOffset)? '>'
    ;

strideOrOffset : '?' | '-'? integerLiteral;

distinctAttribute : 'distinct' '[' integerLiteral ']' '<' attributeValue? '>';

// Affine maps and integer sets

affineMapAttribute : AFFINE_MAP_OPEN affineMap '>';

integerSetAttribute : AFFINE_SET_OPEN integerSet '>';

affineMap : dimAndSymbolIdLists '->' multiDimAffineExpr;

integerSet : dimAndSymbolIdLists ':' '(' affineConstraintConjunction? ')';

dimAndSymbolIdLists : dimIdList symbolIdList?;

dimIdList : '(' (affineId (',' affineId)*)? ')';

symbolIdList : '[' (affineId (',' affineId)*)? ']';

multiDimAffineExpr : '(' (affineExpr (',' affineExpr)*)? ')';

affineConstraintConjunction : affineConstraint (',' affineConstraint)*;

affineConstraint : affineExpr (GREATER_EQUAL | LESS_EQUAL | EQUAL_EQUAL) affineExpr;

affineExpr : affineProduct (('+' | '-') affineProduct)*;

affineProduct : affineOperand (('*' | 'floordiv' | 'ceildiv' | 'mod') affineOperand)*;

affineOperand
    : '-' affineOperand
    | '(' affineExpr ')'
    | integerLiteral
    | affineOperandId
    ;

// `symbol` can be declared, but a use of it would start `symbol(%value)`, which is custom syntax only.
affineId : affineOperandId | 'symbol';

affineOperandId : BARE_ID | 'floordiv' | 'ceildiv' | 'mod';

// Locations

locationAttribute : 'loc' '(' location ')';

location : locationInst | attributeAlias | dialectAttribute;

locationInst : filelinecolLocation | nameLocation | callsiteLocation | fusedLocation | unknownLocation;

filelinecolLocation : stringLiteral ':' integerLiteral ':' integerLiteral;

nameLocation : stringLiteral ('(' location ')')?;

callsiteLocation : 'callsite' '(' location 'at' location ')';

fusedLocation : 'fused' fusionMetadata? '[' (location (',' location)*)? ']';

fusionMetadata : '<' attributeValue '>';

unknownLocation : 'unknown';

// Resources

fileMetadataDict : '{-#' (fileMetadataEntry (',' fileMetadataEntry)*)? '#-}';

fileMetadataEntry : ('dialect_resources' | 'external_resources') ':' '{' (resourceGroup (',' resourceGroup)*)? '}';

// The key names the dialect, or the owner of an external resource.
resourceGroup : bareId ':' '{' (resourceEntry (',' resourceEntry)*)? '}';

resourceEntry : resourceKey ':' (stringLiteral | boolLiteral);

resourceKey : bareId;

// Names and literals

symbolRefId : AT_ID;

stringLiteral : STRING_LITERAL;

boolLiteral : 'true' | 'false';

floatLiteral : FLOAT_LITERAL;

integerLiteral : decimalLiteral | HEXADECIMAL_LITERAL;

decimalLiteral : DECIMAL_LITERAL;

// Every word is a name where a name is expected.
bareId
    : BARE_ID | INTEGER_TYPE | FLOAT_TYPE
    | 'array' | 'at' | 'callsite' | 'complex' | 'dense' | 'dense_resource' | 'dialect_resources' | 'distinct'
    | 'external_resources' | 'false' | 'fused' | 'index' | 'loc' | 'none' | 'offset' | 'sparse' | 'strided'
    | 'true' | 'tuple' | 'unit' | 'unknown'
    ;
