using NestC.Builtin;
using NestC.IR;

namespace NestC.Syntax;

public sealed unsafe partial class AsmParser
{
    // What `!name...` or `#name...` turned out to be: an alias, or a dialect's name and the text of its body.
    private ref struct DialectSymbol
    {
        public bool IsAlias;
        public ReadOnlySpan<byte> Name, Body;
        public int NamePosition, BodyPosition;
    }

    private IrType? ParseExtendedType()
    {
        if (!ParseDialectSymbol(out DialectSymbol symbol)) return null;
        if (symbol.IsAlias)
        {
            IrType? alias = typeAliases?.Find(symbol.Name);
            if (alias is null) UndefinedAlias(symbol.Name);
            return alias;
        }
        if (Context.Dialect(symbol.Name) is { } dialect)
        {
            byte* after = tokenStart;
            ResetTo(begin + symbol.BodyPosition);
            bool outer = inDialectText;
            inDialectText = true;
            IrType? parsed = StackIsShort ? Fresh(dialect, static (p, d) => d.ParseType(p)) : dialect.ParseType(this);
            inDialectText = outer;
            ResetTo(after);
            return parsed;
        }
        if (!LooksInto('!', symbol)) return null;
        OpaqueType? type = OpaqueType.TryGet(Context, Context.Identifier(symbol.Name), symbol.Body, out string? error);
        if (type is null) MeaningError(symbol.BodyPosition, "NEST1103", error!);
        return type;
    }

    private Attr? ParseExtendedAttr(IrType? type)
    {
        if (!ParseDialectSymbol(out DialectSymbol symbol)) return null;
        Attr? attr;
        if (symbol.IsAlias)
        {
            attr = attrAliases?.Find(symbol.Name);
            if (attr is null) UndefinedAlias(symbol.Name);
        }
        else
        {
            // A type after the body is read first, since a dialect may need it to read the body.
            IrType? attrType = type;
            if (TryParse(TokenKind.Colon) && (attrType = ParseType()) is null) return null;
            if (Context.Dialect(symbol.Name) is { } dialect)
            {
                byte* after = tokenStart;
                ResetTo(begin + symbol.BodyPosition);
                bool outer = inDialectText;
                inDialectText = true;
                attr = StackIsShort ? Fresh((dialect, attrType), static (p, a) => a.dialect.ParseAttr(p, a.attrType)) : dialect.ParseAttr(this, attrType);
                inDialectText = outer;
                ResetTo(after);
            }
            else
            {
                if (!LooksInto('#', symbol)) return null;
                Identifier name = Context.Identifier(symbol.Name);
                attr = OpaqueAttr.TryGet(name, symbol.Body, attrType ?? Context.Common.None, out string? error);
                if (attr is null) MeaningError(symbol.BodyPosition, "NEST1103", error!);
            }
        }
        if (type is not null && attr is ITypedAttr typed && typed.Type != type)
        {
            MeaningError("NEST1018", $"attribute type different than expected: expected '{type}', but got '{typed.Type}'");
            return null;
        }
        return attr;
    }

    // At the body of a dialect that upstream has and nobody registered, and back.
    private bool LooksInto(char sigil, in DialectSymbol symbol)
    {
        if (!Upstream.HasDialect(symbol.Name)) return true;
        byte* after = tokenStart;
        ResetTo(begin + symbol.BodyPosition);
        bool outer = inDialectText;
        inDialectText = true;
        bool fits = StackIsShort ? Fresh((sigil, symbol.Name.ToArray()), static (p, a) => p.CheckUpstreamBody(a.sigil, a.Item2) ? p : null) is not null : CheckUpstreamBody(sigil, symbol.Name);
        inDialectText = outer;
        ResetTo(after);
        return fits;
    }

    private void UndefinedAlias(ReadOnlySpan<byte> name)
    {
        string text = System.Text.Encoding.UTF8.GetString(name);
        MeaningError(WrongTokenPosition(), "NEST1019", $"undefined symbol alias id '{text}'");
    }

    private bool ParseDialectSymbol(out DialectSymbol symbol)
    {
        ReadOnlySpan<byte> name = TokenText[1..];
        symbol = new DialectSymbol { NamePosition = Position, Name = name };
        byte* nameEnd = next;
        Advance();
        int dot = name.IndexOf((byte)'.');
        bool hasBody = kind == TokenKind.Less && tokenStart == nameEnd;
        if (dot < 0 && !hasBody)
        {
            symbol.IsAlias = true;
            return true;
        }
        if (dot >= 0)
        {
            symbol.Name = name[..dot];
            byte* body = nameEnd - (name.Length - dot - 1);
            symbol.BodyPosition = (int)(body - begin);
            if (hasBody)
            {
                if (!SkipBody(out nameEnd)) return false;
            }
            symbol.Body = new ReadOnlySpan<byte>(body, (int)(nameEnd - body));
            return true;
        }
        byte* open = tokenStart;
        symbol.BodyPosition = (int)(open + 1 - begin);
        if (!SkipBody(out byte* close)) return false;
        symbol.Body = new ReadOnlySpan<byte>(open + 1, (int)(close - open) - 2);
        return true;
    }

    // From the `<` that is the current token: finds the end of the balanced text, and goes on after it.
    private bool SkipBody(out byte* after)
    {
        byte* p = tokenStart;
        after = p;
        Support.Vec<byte> open = default;
        do
        {
            if (p >= end) return Unbalanced(open);
            byte c = *p++;
            switch (c)
            {
                case (byte)'<' or (byte)'[' or (byte)'(' or (byte)'{':
                    open.Add(c);
                    continue;
                case (byte)'-':
                    if (*p == '>') p++;
                    continue;
                case (byte)'>' or (byte)']' or (byte)')' or (byte)'}':
                    byte wanted = c switch { (byte)'>' => (byte)'<', (byte)']' => (byte)'[', (byte)')' => (byte)'(', _ => (byte)'{' };
                    if (open[open.Count - 1] != wanted) return Unbalanced(open);
                    open.Pop();
                    break;
                case (byte)'"':
                    ResetTo(p - 1);
                    p = next;
                    if (kind != TokenKind.String) return false;
                    break;
                case 0:
                    return Unbalanced(open);
                default:
                    continue;
            }
        }
        while (open.Count > 0);
        after = p;
        ResetTo(p);
        return true;
    }

    private bool Unbalanced(Support.Vec<byte> open) =>
        Error("NEST1020", $"unbalanced '{(char)open[open.Count - 1]}' character in pretty dialect name");
}
