using System.Runtime.CompilerServices;
using NestC.Support;

namespace NestC.Syntax;

public sealed unsafe partial class AsmParser
{
    private bool lexicalErrorReported;

    /// <summary>A place to come back to.</summary>
    internal readonly struct Checkpoint(byte* next, byte* tokenStart, byte* lastTokenEnd, TokenKind kind)
    {
        public readonly byte* Next = next, TokenStart = tokenStart, LastTokenEnd = lastTokenEnd;
        public readonly TokenKind Kind = kind;
    }

    internal Checkpoint Save() => new(next, tokenStart, lastTokenEnd, kind);

    internal void Restore(Checkpoint c)
    {
        next = c.Next;
        tokenStart = c.TokenStart;
        lastTokenEnd = c.LastTokenEnd;
        kind = c.Kind;
    }

    /// <summary>Goes on reading at a byte of the source: used where a dialect's body is scanned as raw text.</summary>
    internal void ResetTo(byte* place)
    {
        next = place;
        Advance();
    }

    /// <summary>Reads the next token.</summary>
    public void Advance()
    {
        byte* p = next;
        lastTokenEnd = p;
    again:
        byte c = *p;
        tokenStart = p;
        switch (c)
        {
            case (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r':
                p++;
                goto again;
            case (byte)'%':
                Suffix(p, TokenKind.PercentIdentifier, "invalid SSA name");
                return;
            case (byte)'^':
                Suffix(p, TokenKind.CaretIdentifier, "invalid block name");
                return;
            case (byte)'!':
                Suffix(p, TokenKind.ExclamationIdentifier, "invalid type identifier");
                return;
            case (byte)'#':
                if (p[1] == '-' && p[2] == '}') Token(p + 3, TokenKind.FileMetadataEnd);
                else Suffix(p, TokenKind.HashIdentifier, "invalid attribute name");
                return;
            case (byte)'"':
                String(p);
                return;
            case (byte)'@':
                AtName(p);
                return;
            case (byte)'(':
                Token(p + 1, TokenKind.LParen);
                return;
            case (byte)')':
                Token(p + 1, TokenKind.RParen);
                return;
            case (byte)',':
                Token(p + 1, TokenKind.Comma);
                return;
            case (byte)':':
                Token(p + 1, TokenKind.Colon);
                return;
            case (byte)'=':
                Token(p + 1, TokenKind.Equal);
                return;
            case (byte)'<':
                Token(p + 1, TokenKind.Less);
                return;
            case (byte)'>':
                Token(p + 1, TokenKind.Greater);
                return;
            case (byte)'{':
                if (p[1] == '-' && p[2] == '#') Token(p + 3, TokenKind.FileMetadataBegin);
                else Token(p + 1, TokenKind.LBrace);
                return;
            case (byte)'}':
                Token(p + 1, TokenKind.RBrace);
                return;
            case (byte)'[':
                Token(p + 1, TokenKind.LSquare);
                return;
            case (byte)']':
                Token(p + 1, TokenKind.RSquare);
                return;
            case (byte)'?':
                Token(p + 1, TokenKind.Question);
                return;
            case (byte)'*':
                Token(p + 1, TokenKind.Star);
                return;
            case (byte)'|':
                Token(p + 1, TokenKind.VerticalBar);
                return;
            case (byte)'+':
                Token(p + 1, TokenKind.Plus);
                return;
            case (byte)'-':
                if (p[1] == '>') Token(p + 2, TokenKind.Arrow);
                else Token(p + 1, TokenKind.Minus);
                return;
            case (byte)'/':
                if (p[1] != '/')
                {
                    LexicalError(p, p + 1, "unexpected character");
                    return;
                }
                p = LineEnd(p);
                goto again;
            case (byte)'.':
                if (p[1] == '.' && p[2] == '.') Token(p + 3, TokenKind.Ellipsis);
                else LexicalError(p + 1, p + 1, "expected three consecutive dots for an ellipsis");
                return;
            case 0:
                if (p >= end)
                {
                    Token(end, TokenKind.EndOfFile);
                    return;
                }
                // Elsewhere it is as good as a space, as upstream.
                p++;
                goto again;
        }
        if (AsciiChar.IsNameStart(c)) Name(p);
        else if (AsciiChar.IsDigit(c)) Number(p);
        else LexicalError(p, p + 1, "unexpected character");
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Token(byte* after, TokenKind tokenKind)
    {
        next = after;
        kind = tokenKind;
    }

    private byte* LineEnd(byte* p)
    {
        int n = new ReadOnlySpan<byte>(p, (int)(end - p)).IndexOfAny((byte)'\n', (byte)'\r');
        return n < 0 ? end : p + n;
    }

    // The report belongs to the error token: what is expected there instead is not said as well.
    private void LexicalError(byte* at, byte* after, string message)
    {
        Token(after, TokenKind.Error);
        lexicalErrorReported = false;
        Error((int)(at - begin), "NEST1004", message);
        lexicalErrorReported = true;
    }

    private void Name(byte* p)
    {
        byte* q = p + 1;
        while (AsciiChar.IsNameBody(*q)) q++;
        Token(q, IsIntegerType(p, q) ? TokenKind.IntType : TokenKind.Bare);
    }

    private static bool IsIntegerType(byte* p, byte* q)
    {
        if ((*p == 's' || *p == 'u') && p + 1 < q) p++;
        if (*p++ != 'i' || p == q) return false;
        for (; p < q; p++)
            if (!AsciiChar.IsDigit(*p)) return false;
        return true;
    }

    private void Suffix(byte* p, TokenKind tokenKind, string message)
    {
        byte* q = p + 1;
        if (AsciiChar.IsDigit(*q))
        {
            while (AsciiChar.IsDigit(*q)) q++;
        }
        else if (AsciiChar.IsSuffixBody(*q))
        {
            while (AsciiChar.IsSuffixBody(*q)) q++;
        }
        else
        {
            LexicalError(p, q, message);
            return;
        }
        Token(q, tokenKind);
    }

    private void AtName(byte* p)
    {
        byte* q = p + 1;
        if (*q == '"')
        {
            String(q);
            tokenStart = p;
            if (kind == TokenKind.String) kind = TokenKind.AtIdentifier;
            return;
        }
        if (!AsciiChar.IsNameStart(*q))
        {
            LexicalError(q, q, "@ identifier expected to start with letter or '_'");
            return;
        }
        while (AsciiChar.IsNameBody(*q)) q++;
        Token(q, TokenKind.AtIdentifier);
    }

    private void Number(byte* p)
    {
        byte* q = NumberEnd(p, out bool isFloat);
        Token(q, isFloat ? TokenKind.Float : TokenKind.Integer);
    }

    // The end of a decimal or hexadecimal integer, or of a float: digits, a dot, digits, and an exponent.
    private static byte* NumberEnd(byte* p, out bool isFloat)
    {
        isFloat = false;
        byte* q = p + 1;
        if (*p == '0' && *q == 'x' && AsciiChar.IsHexDigit(q[1]))
        {
            q += 2;
            while (AsciiChar.IsHexDigit(*q)) q++;
            return q;
        }
        while (AsciiChar.IsDigit(*q)) q++;
        if (*q != '.') return q;
        isFloat = true;
        q++;
        while (AsciiChar.IsDigit(*q)) q++;
        if (*q is (byte)'e' or (byte)'E'
            && (AsciiChar.IsDigit(q[1]) || (q[1] is (byte)'-' or (byte)'+' && AsciiChar.IsDigit(q[2]))))
        {
            q += 2;
            while (AsciiChar.IsDigit(*q)) q++;
        }
        return q;
    }

    private void String(byte* p)
    {
        byte* q = p + 1;
        while (true)
        {
            int n = new ReadOnlySpan<byte>(q, (int)(end - q)).IndexOfAny("\"\\\n\v\f"u8);
            if (n < 0)
            {
                LexicalError(end, end, "expected '\"' in string literal");
                return;
            }
            q += n;
            if (*q == '"')
            {
                Token(q + 1, TokenKind.String);
                return;
            }
            if (*q != '\\')
            {
                LexicalError(q, q, "expected '\"' in string literal");
                return;
            }
            if (q[1] is (byte)'"' or (byte)'\\' or (byte)'n' or (byte)'t') q += 2;
            else if (AsciiChar.IsHexDigit(q[1]) && AsciiChar.IsHexDigit(q[2])) q += 3;
            else
            {
                LexicalError(q, q + 1, "unknown escape in string literal");
                return;
            }
        }
    }

    /// <summary>The bytes of a string token (quotes, and a leading `@`, included), with its escapes replaced.</summary>
    internal static byte[] Unescape(ReadOnlySpan<byte> token)
    {
        if (token[0] == '@') token = token[1..];
        if (token[0] != '"') return token.ToArray();
        token = token[1..^1];
        if (token.IndexOf((byte)'\\') < 0) return token.ToArray();
        byte[] bytes = new byte[token.Length];
        int count = 0;
        for (int i = 0; i < token.Length; i++)
        {
            byte c = token[i];
            if (c == '\\')
            {
                c = token[++i];
                if (c == 'n') c = (byte)'\n';
                else if (c == 't') c = (byte)'\t';
                else if (c is not ((byte)'"' or (byte)'\\')) c = (byte)(AsciiChar.HexValue(c) << 4 | AsciiChar.HexValue(token[++i]));
            }
            bytes[count++] = c;
        }
        return bytes[..count];
    }
}
