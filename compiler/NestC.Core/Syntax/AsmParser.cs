using System.Text;
using NestC.Diagnostics;
using NestC.IR;
using NestC.Support;

namespace NestC.Syntax;

/// <summary>
/// Reads MLIR's textual form from UTF-8 bytes: tokens, attributes, types and operations, all in one class, because dialects
/// extend the syntax while it is read. Methods return false (or null) after they have reported an error.
/// </summary>
public sealed unsafe partial class AsmParser
{
    private readonly SourceFile source;
    private readonly byte* begin;
    private readonly byte* end;
    private byte* next;          // first byte after the current token
    private byte* tokenStart;
    private byte* lastTokenEnd;  // end of the token before the current one
    private TokenKind kind;

    internal AsmParser(NestContext context, SourceFile source)
    {
        Context = context;
        this.source = source;
        begin = source.Data;
        end = begin + source.Length;
        next = begin;
        lastTokenEnd = begin;
        Advance();
    }

    public NestContext Context { get; }

    /// <summary>The kind of the token that is to be read next.</summary>
    public TokenKind Kind => kind;

    /// <summary>The text of the current token, sigil and quotes included.</summary>
    public ReadOnlySpan<byte> TokenText => new(tokenStart, (int)(next - tokenStart));

    /// <summary>Place of the current token, to give to <see cref="Error(int, string, string)"/> later.</summary>
    public int Position => (int)(tokenStart - begin);

    /// <summary>Errors this parser has reported.</summary>
    internal int Errors { get; private set; }

    public Location LocationAt(int position) => Location.InSource(source.Id, position);

    // Errors ------------------------------------------------------------------------------------------------------------

    /// <summary>Reports a syntax error at the current token. Always false.</summary>
    public bool Error(string code, string message)
    {
        int at = Position;
        if (kind == TokenKind.EndOfFile && at > 0) at--;
        return Error(at, code, message);
    }

    /// <summary>Reports a syntax error at a place. Always false.</summary>
    public bool Error(int position, string code, string message) => Report(position, code, message, isSyntax: true);

    /// <summary>Reports an error of meaning (an undeclared name, a type that does not fit): the grammar accepts such text. Always false.</summary>
    public bool MeaningError(int position, string code, string message) => Report(position, code, message, isSyntax: false);

    /// <summary>Reports an error of meaning at the current token. Always false.</summary>
    public bool MeaningError(string code, string message) =>
        MeaningError(kind == TokenKind.EndOfFile && Position > 0 ? Position - 1 : Position, code, message);

    // What stands in `!foo.bar<...>` is the dialect's, and no matter of syntax.
    private bool inDialectText;

    private bool Report(int position, string code, string message, bool isSyntax)
    {
        // The lexer has already said what is wrong with an error token.
        if (kind == TokenKind.Error && lexicalErrorReported) return false;
        Errors++;
        Context.Diagnostics.Emit(new Diagnostic(Severity.Error, code, LocationAt(position), message)
        {
            IsSyntax = isSyntax && !inDialectText,
            Length = position == Position ? Math.Max(1, TokenText.Length) : 1,
        });
        return false;
    }

    // As MeaningError, with a note at the same place. Always false.
    private bool MeaningErrorWithNote(int position, string code, string message, string note)
    {
        if (kind == TokenKind.Error && lexicalErrorReported) return false;
        Errors++;
        Diagnostic diagnostic = new(Severity.Error, code, LocationAt(position), message) { Length = 1 };
        Context.Diagnostics.Emit(diagnostic.Note(LocationAt(position), note));
        return false;
    }

    /// <summary>
    /// Reports that something else was expected here. At the start of a line the error is placed after the last text of
    /// the lines before, where the missing token belongs.
    /// </summary>
    public bool ExpectedError(string code, string message) => Error(WrongTokenPosition(), code, message);

    // Where something is missing that the current token is not.
    private int WrongTokenPosition()
    {
        int at = Position;
        if (kind == TokenKind.EndOfFile && at > 0) at--;
        int original = at;
        ReadOnlySpan<byte> before = new(begin, at);
        while (true)
        {
            before = before.TrimEnd(" \t"u8);
            if (before.IsEmpty) return original;
            if (before[^1] is not ((byte)'\n' or (byte)'\r')) return before.Length;
            before = before[..^1];
            int lineStart = before.LastIndexOfAny("\n\r"u8) + 1;
            int comment = before[lineStart..].IndexOf("//"u8);
            if (comment >= 0) before = before[..(lineStart + comment)];
        }
    }

    // Punctuation and keywords ------------------------------------------------------------------------------------------

    /// <summary>Consumes the current token if it is of this kind.</summary>
    public bool TryParse(TokenKind expected)
    {
        if (kind != expected) return false;
        Advance();
        return true;
    }

    /// <summary>Consumes a token of this kind or reports that <paramref name="message"/>.</summary>
    public bool Parse(TokenKind expected, string message)
    {
        if (kind == expected)
        {
            Advance();
            return true;
        }
        return ExpectedError("NEST1001", message);
    }

    public bool Parse(TokenKind expected) => kind == expected ? TryParse(expected) : Parse(expected, $"expected '{Spelling(expected)}'");

    public bool ParseComma() => Parse(TokenKind.Comma);

    public bool ParseColon() => Parse(TokenKind.Colon);

    public bool ParseEqual() => Parse(TokenKind.Equal);

    public bool ParseArrow() => Parse(TokenKind.Arrow);

    public bool ParseLess() => Parse(TokenKind.Less);

    public bool ParseGreater() => Parse(TokenKind.Greater);

    public bool ParseLParen() => Parse(TokenKind.LParen);

    public bool ParseRParen() => Parse(TokenKind.RParen);

    public bool ParseLSquare() => Parse(TokenKind.LSquare);

    public bool ParseRSquare() => Parse(TokenKind.RSquare);

    public bool TryParseComma() => TryParse(TokenKind.Comma);

    /// <summary>Whether the current token is this word.</summary>
    public bool AtKeyword(ReadOnlySpan<byte> word) => kind == TokenKind.Bare && TokenText.SequenceEqual(word);

    public bool TryParseKeyword(ReadOnlySpan<byte> word)
    {
        if (!AtKeyword(word)) return false;
        Advance();
        return true;
    }

    public bool ParseKeyword(ReadOnlySpan<byte> word) =>
        TryParseKeyword(word) || Error("NEST1002", $"expected '{Encoding.UTF8.GetString(word)}'");

    /// <summary>Any word (bare identifier or integer type); its text stays valid while the source does.</summary>
    public bool TryParseKeyword(out ReadOnlySpan<byte> word)
    {
        word = default;
        if (kind is not (TokenKind.Bare or TokenKind.IntType)) return false;
        word = TokenText;
        Advance();
        return true;
    }

    /// <summary>Parses items between commas up to (and not including) the closing token.</summary>
    public bool ParseCommaSeparated(Func<AsmParser, bool> item)
    {
        do
        {
            if (!item(this)) return false;
        }
        while (TryParseComma());
        return true;
    }

    internal static string Spelling(TokenKind kind) => kind switch
    {
        TokenKind.Arrow => "->",
        TokenKind.At => "@",
        TokenKind.Colon => ":",
        TokenKind.Comma => ",",
        TokenKind.Ellipsis => "...",
        TokenKind.Equal => "=",
        TokenKind.Greater => ">",
        TokenKind.LBrace => "{",
        TokenKind.LParen => "(",
        TokenKind.LSquare => "[",
        TokenKind.Less => "<",
        TokenKind.Minus => "-",
        TokenKind.Plus => "+",
        TokenKind.Question => "?",
        TokenKind.RBrace => "}",
        TokenKind.RParen => ")",
        TokenKind.RSquare => "]",
        TokenKind.Slash => "/",
        TokenKind.Star => "*",
        TokenKind.VerticalBar => "|",
        TokenKind.FileMetadataBegin => "{-#",
        TokenKind.FileMetadataEnd => "#-}",
        _ => kind.ToString(),
    };

    // Nesting -----------------------------------------------------------------------------------------------------------

    /// <summary>Deepest nesting of attributes, types and regions that is read; deeper input gets a diagnostic.</summary>
    public const int MaxNesting = 100_000;

    private int nesting;

    /// <summary>
    /// Guards recursion: false, after a diagnostic, when the nesting is absurd. When the stack runs short the caller goes
    /// on with a fresh one: see <see cref="OnFreshStack"/>. Pair with <see cref="Leave"/>.
    /// </summary>
    internal bool Enter() =>
        ++nesting <= MaxNesting || Error("NEST1003", $"nesting is deeper than {MaxNesting} levels");

    internal void Leave() => nesting--;

    /// <summary>Runs a step of a deep recursion on a thread with a new stack; call it when <see cref="StackIsShort"/>.</summary>
    internal static bool OnFreshStack(Func<bool> step)
    {
        bool result = false;
        System.Runtime.ExceptionServices.ExceptionDispatchInfo? failure = null;
        Thread thread = new(() =>
        {
            try { result = step(); }
            catch (Exception e) { failure = System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(e); }
        }, 64 << 20);
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }

    internal static bool StackIsShort => !System.Runtime.CompilerServices.RuntimeHelpers.TryEnsureSufficientExecutionStack();
}
