namespace NestC.Syntax;

/// <summary>The kinds of tokens of the textual IR, with MLIR's lexical rules.</summary>
public enum TokenKind : byte
{
    EndOfFile,
    Error,

    /// <summary>A letter or `_`, then letters, digits, `_`, `$`, `.`; keywords too.</summary>
    Bare,

    /// <summary>`i32`, `si8`, `ui1`.</summary>
    IntType,

    /// <summary>`42` or `0x2A`.</summary>
    Integer,

    /// <summary>`4.2e1`.</summary>
    Float,

    /// <summary>A string literal, quotes included.</summary>
    String,

    /// <summary>`@name` or `@"name"`.</summary>
    AtIdentifier,

    /// <summary>`#name`.</summary>
    HashIdentifier,

    /// <summary>`!name`.</summary>
    ExclamationIdentifier,

    /// <summary>`%name`.</summary>
    PercentIdentifier,

    /// <summary>`^name`.</summary>
    CaretIdentifier,

    Arrow,
    At,
    Colon,
    Comma,
    Ellipsis,
    Equal,
    Greater,
    LBrace,
    LParen,
    LSquare,
    Less,
    Minus,
    Plus,
    Question,
    RBrace,
    RParen,
    RSquare,
    Slash,
    Star,
    VerticalBar,

    /// <summary>`{-#`, which opens the resource section.</summary>
    FileMetadataBegin,

    /// <summary>`#-}`.</summary>
    FileMetadataEnd,
}
