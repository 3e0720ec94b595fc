using NestC.Builtin;
using NestC.IR;
using NestC.Support;

namespace NestC.Syntax;

public sealed unsafe partial class AsmParser
{
    // `loc(...)` as the value of an attribute.
    private LocationAttr? ParseLocationAttr()
    {
        Advance();
        if (!Parse(TokenKind.LParen, "expected '(' in inline location") || ParseLocationBody() is not { } location
            || !Parse(TokenKind.RParen, "expected ')' in inline location"))
            return null;
        return location;
    }

    /// <summary>Parses what stands between the parentheses of `loc(...)`; null after an error was reported.</summary>
    public LocationAttr? ParseLocationBody()
    {
        LocationAttr? result = null;
        if (Enter()) result = StackIsShort ? Fresh(0, static (p, _) => p.ParseLocationHere()) : ParseLocationHere();
        Leave();
        return result;
    }

    private LocationAttr? ParseLocationHere()
    {
        if (kind == TokenKind.String) return ParseNameOrFileLocation();
        if (kind == TokenKind.HashIdentifier)
        {
            if (TokenText.IndexOf((byte)'.') >= 0)
            {
                MeaningError("NEST1050", $"expected location, but found dialect attribute: '{System.Text.Encoding.UTF8.GetString(TokenText)}'");
                return null;
            }
            if (ParseExtendedAttr(null) is not { } attr) return null;
            if (attr is LocationAttr location) return location;
            MeaningError("NEST1050", $"expected location attribute, but got{attr}");
            return null;
        }
        if (TryParseKeyword("unknown"u8)) return Context.Common.UnknownLoc;
        if (TryParseKeyword("callsite"u8)) return ParseCallSite();
        if (TryParseKeyword("fused"u8)) return ParseFused();
        ExpectedError("NEST1050", "expected location instance");
        return null;
    }

    private LocationAttr? ParseNameOrFileLocation()
    {
        Identifier name = Context.Identifier(StringBytes());
        Advance();
        if (TryParse(TokenKind.Colon))
        {
            if (!ParseLocationNumber("expected integer line number in FileLineColLoc", out int line)
                || !Parse(TokenKind.Colon, "expected ':' in FileLineColLoc")
                || !ParseLocationNumber("expected integer column number in FileLineColLoc", out int column))
                return null;
            // As upstream: a file without a name is standard input.
            return FileLineColLoc.Get(Context, name.Utf8.IsEmpty ? Context.Identifier("-"u8) : name, line, column);
        }
        if (!TryParse(TokenKind.LParen)) return NameLoc.Get(Context, name);
        if (ParseLocationBody() is not { } child || !Parse(TokenKind.RParen, "expected ')' after child location of NameLoc")) return null;
        return NameLoc.Get(Context, name, child);
    }

    private bool ParseLocationNumber(string message, out int number)
    {
        number = 0;
        if (kind != TokenKind.Integer) return ExpectedError("NEST1051", message);
        if (!TryReadUInt64(TokenText, out ulong value) || value > uint.MaxValue) return MeaningError(WrongTokenPosition(), "NEST1051", message);
        Advance();
        number = unchecked((int)value);
        return true;
    }

    private CallSiteLoc? ParseCallSite()
    {
        if (!Parse(TokenKind.LParen, "expected '(' in callsite location") || ParseLocationBody() is not { } callee) return null;
        if (!TryParseKeyword("at"u8))
        {
            ExpectedError("NEST1050", "expected 'at' in callsite location");
            return null;
        }
        if (ParseLocationBody() is not { } caller || !Parse(TokenKind.RParen, "expected ')' in callsite location")) return null;
        return CallSiteLoc.Get(callee, caller);
    }

    private LocationAttr? ParseFused()
    {
        Attr? metadata = null;
        if (TryParse(TokenKind.Less))
        {
            metadata = ParseAttr();
            if (metadata is null || !Parse(TokenKind.Greater, "expected '>' after fused location metadata")) return null;
        }
        if (!Parse(TokenKind.LSquare, "expected '[' in fused location")) return null;
        Vec<LocationAttr> locations = default;
        if (!TryParse(TokenKind.RSquare))
        {
            do
            {
                if (ParseLocationBody() is not { } location) return null;
                locations.Add(location);
            }
            while (TryParse(TokenKind.Comma));
            if (!Parse(TokenKind.RSquare, "expected ']' in fused location")) return null;
        }
        return FusedLoc.Get(Context, locations.Span, metadata);
    }
}
