using System.Text;
using NestC.Builtin;
using NestC.IR;

namespace NestC.Syntax;

/// <summary>
/// Attributes and types of upstream's dialects that are kept as text: their words, enumerations and the outlines of a few bodies are
/// looked at, so that what mlir-opt refuses is refused. Each method starts at the body and reports at mlir-opt's place.
/// </summary>
public sealed unsafe partial class AsmParser
{
    private bool CheckUpstreamBody(char sigil, ReadOnlySpan<byte> dialect)
    {
        if (UpstreamBodies.Find(sigil, dialect) is not { } bodies) return true;
        int start = Position;
        // What is not a plain word (`async.token`, `framePointerKind`) may well be known under strings that were not tried.
        if (kind is not (TokenKind.Bare or TokenKind.IntType)) return true;
        string word = Encoding.UTF8.GetString(TokenText);
        if (!bodies.Knows(word)) return !UpstreamBodies.IsPlain(word) || MeaningError(start, "NEST1104", bodies.Unknown(word));
        Advance();
        if (bodies.Enumeration(word) is { } list) return CheckEnumeration(list);
        return (sigil, Encoding.UTF8.GetString(dialect), word) switch
        {
            ('!', "llvm", "func") => CheckLlvmFunction(),
            ('#', "sparse_tensor", "encoding") => CheckSparseEncoding(start),
            ('#', "acc", "routine_info") => CheckSymbols(),
            ('#', "acc", "declare_action") => CheckDeclareAction(),
            _ => true,
        };
    }

    private bool BodyError(string message) => MeaningError(Position, "NEST1104", message);

    private bool CheckEnumeration((string Name, string[] Words) list)
    {
        if (kind != TokenKind.Less) return BodyError("expected '<'");
        Advance();
        if (kind is not (TokenKind.Bare or TokenKind.IntType)) return BodyError("expected valid keyword");
        string word = Encoding.UTF8.GetString(TokenText);
        if (Array.IndexOf(list.Words, word) < 0) return BodyError($"expected {list.Name} to be one of: {string.Join(", ", list.Words)}");
        Advance();
        return kind == TokenKind.Greater || BodyError("expected '>'");
    }

    // `<result (parameters, ...)>`
    private bool CheckLlvmFunction()
    {
        if (kind != TokenKind.Less) return BodyError("expected '<'");
        Advance();
        if (!CheckLlvmType()) return false;
        if (kind != TokenKind.LParen) return BodyError("expected '('");
        Advance();
        bool more = kind != TokenKind.RParen;
        while (more)
        {
            if (kind == TokenKind.Ellipsis)
            {
                Advance();
                break;
            }
            if (!CheckLlvmType()) return false;
            more = TryParse(TokenKind.Comma);
        }
        if (kind != TokenKind.RParen) return BodyError("expected ')'");
        Advance();
        return kind == TokenKind.Greater || BodyError("expected '>'");
    }

    // A type of the dialect by its word alone, or any other in full.
    private bool CheckLlvmType()
    {
        if (kind is TokenKind.ExclamationIdentifier or TokenKind.IntType or TokenKind.LParen) return ParseType() is not null;
        if (kind != TokenKind.Bare) return BodyError("expected valid keyword");
        int start = Position;
        string word = Encoding.UTF8.GetString(TokenText);
        if (word is "vector" or "tensor" or "memref" or "complex" or "tuple" || Array.IndexOf(BuiltinWords, word) >= 0) return ParseType() is not null;
        Advance();
        if (word == "func") return CheckLlvmFunction() && TryParse(TokenKind.Greater);
        if (UpstreamBodies.Find('!', "llvm"u8) is { } bodies && !bodies.Knows(word) && UpstreamBodies.IsPlain(word)) return MeaningError(start, "NEST1104", bodies.Unknown(word));
        return kind != TokenKind.Less || SkipBody(out _);
    }

    private static readonly string[] BuiltinWords = ["index", "none", "f16", "bf16", "f32", "f64", "f80", "f128", "tf32"];

    // `<[@a, @b]>`
    private bool CheckSymbols()
    {
        if (!TryParse(TokenKind.Less) || !TryParse(TokenKind.LSquare) || kind == TokenKind.RSquare) return true;
        do
        {
            if (!CheckSymbol()) return false;
        }
        while (TryParse(TokenKind.Comma));
        return true;
    }

    private bool CheckSymbol()
    {
        int start = Position;
        if (ParseAttr() is not { } value) return false;
        return value is SymbolRefAttr || MeaningError(start, "NEST1104", "invalid kind of attribute specified");
    }

    // `<preAlloc = @a, postDealloc = @b>`
    private bool CheckDeclareAction()
    {
        HashSet<string> seen = [];
        if (!TryParse(TokenKind.Less) || kind == TokenKind.Greater) return true;
        do
        {
            if (kind != TokenKind.Bare) return BodyError("expected valid keyword");
            string word = Encoding.UTF8.GetString(TokenText);
            Advance();
            if (!TryParse(TokenKind.Equal)) return BodyError("expected '='");
            if (word is not ("preAlloc" or "postAlloc" or "preDealloc" or "postDealloc") || !seen.Add(word)) return BodyError($"duplicate or unknown struct parameter name: {word}");
            if (!CheckSymbol()) return false;
        }
        while (TryParse(TokenKind.Comma));
        return true;
    }

    // `<{ map = [s0](d0, d1) -> (d0 : dense, d1 : compressed), ... }>`: the keys, the names declared, and the first name of each level.
    private bool CheckSparseEncoding(int start)
    {
        if (!TryParse(TokenKind.Less) || !TryParse(TokenKind.LBrace) || kind != TokenKind.Bare) return true;
        string key = Encoding.UTF8.GetString(TokenText);
        if (key is not ("map" or "posWidth" or "crdWidth" or "explicitVal" or "implicitVal")) return MeaningError(start, "NEST1104", $"unexpected key: {key}");
        if (key != "map") return true;
        Advance();
        if (!TryParse(TokenKind.Equal)) return true;
        HashSet<string> names = [];
        if (TryParse(TokenKind.LSquare) && !CheckNames(names, TokenKind.RSquare)) return false;
        if (TryParse(TokenKind.LBrace) && !CheckNames(names, TokenKind.RBrace)) return false;
        if (!TryParse(TokenKind.LParen)) return true;
        if (!CheckNames(names, TokenKind.RParen)) return false;
        if (!TryParse(TokenKind.Arrow) || !TryParse(TokenKind.LParen)) return true;
        while (kind == TokenKind.Bare)
        {
            string name = Encoding.UTF8.GetString(TokenText);
            // Upstream says it where the token before has ended.
            int at = (int)(lastTokenEnd - begin);
            Advance();
            // `l0 = d0 : dense` uses a level that was declared.
            if (!names.Contains(name)) return MeaningError(at, "NEST1104", "use of undeclared identifier");
            if (kind != TokenKind.Colon) return true;
            Advance();
            if (kind != TokenKind.Bare) return true;
            Advance();
            if (kind == TokenKind.LParen) return true;
            if (!TryParse(TokenKind.Comma)) return kind == TokenKind.RParen || BodyError("expected ')' in level-specifier list");
        }
        return true;
    }

    private bool CheckNames(HashSet<string> names, TokenKind close)
    {
        if (TryParse(close)) return true;
        do
        {
            if (kind != TokenKind.Bare) return BodyError("expected bare identifier");
            names.Add(Encoding.UTF8.GetString(TokenText));
            Advance();
            // Dimensions may have slices behind them, which are not looked at.
            if (TryParse(TokenKind.Colon) || TryParse(TokenKind.Equal))
            {
                while (kind is not (TokenKind.Comma or TokenKind.EndOfFile or TokenKind.Error) && kind != close)
                {
                    if (kind == TokenKind.LParen) return true;
                    Advance();
                }
            }
        }
        while (TryParse(TokenKind.Comma));
        if (kind == close) Advance();
        return true;
    }
}
