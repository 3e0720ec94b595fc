using NestC.Builtin;
using NestC.IR;
using NestC.Support;

namespace NestC.Syntax;

public sealed unsafe partial class AsmParser
{
    // A location alias that was used before its definition (printed modules define them at the end).
    private struct DeferredLocation
    {
        public int Position;
        public int Length;          // of the name, without `#`
        public Operation? Op;
        public Value Argument;
    }

    private Vec<DeferredLocation> deferredLocations;
    private Vec<DeferredArgument> deferredArguments;

    // The deferred location of a region argument that does not exist yet, known by the place of its name.
    private struct DeferredArgument
    {
        public int Position;
        public int Index;
    }

    /// <summary>`loc(...)` after an operation, if there is one.</summary>
    internal bool ParseTrailingLocation(Operation op)
    {
        if (kind != TokenKind.Bare || !AtKeyword("loc"u8)) return true;
        if (!ParseLocationSpecifier(out Location location, out bool deferred)) return false;
        if (deferred) deferredLocations[deferredLocations.Count - 1].Op = op;
        else op.SetLocation(location);
        return true;
    }

    /// <summary>`loc(...)` after a block argument, if there is one.</summary>
    internal bool ParseTrailingLocation(Value argument)
    {
        if (kind != TokenKind.Bare || !AtKeyword("loc"u8)) return true;
        if (!ParseLocationSpecifier(out Location location, out bool deferred)) return false;
        if (deferred) deferredLocations[deferredLocations.Count - 1].Argument = argument;
        else argument.ArgumentBlock!.SetArgumentLocation(argument.Number, location);
        return true;
    }

    /// <summary>`loc(...)`, when there is one, for a region argument that custom syntax names; the argument does not exist yet.</summary>
    public bool ParseOptionalLocation(UnresolvedOperand argument, out Location location)
    {
        location = LocationAt(argument.Position);
        if (kind != TokenKind.Bare || !AtKeyword("loc"u8)) return true;
        if (!ParseLocationSpecifier(out Location written, out bool deferred)) return false;
        if (!deferred) location = written;
        else deferredArguments.Add(new DeferredArgument { Position = argument.Position, Index = deferredLocations.Count - 1 });
        return true;
    }

    private bool ParseLocationSpecifier(out Location location, out bool deferred)
    {
        location = default;
        deferred = false;
        Advance();
        if (!Parse(TokenKind.LParen, "expected '(' in location")) return false;
        if (kind == TokenKind.HashIdentifier && TokenText.IndexOf((byte)'.') < 0)
        {
            if (FindAttrAlias(TokenText[1..]) is { } known)
            {
                if (known is not LocationAttr alias)
                    return MeaningError(Position, "NEST1330", $"expected location, but found '{known}'");
                location = Context.Handle(alias);
            }
            else
            {
                deferredLocations.Add(new DeferredLocation { Position = Position, Length = TokenText.Length - 1 });
                deferred = true;
            }
            Advance();
        }
        else
        {
            if (ParseLocationBody() is not { } attr) return false;
            location = Context.Handle(attr);
        }
        return Parse(TokenKind.RParen, "expected ')' in location");
    }

    private bool ResolveDeferredLocations(bool report)
    {
        bool ok = true;
        for (int i = 0; i < deferredLocations.Count; i++)
        {
            DeferredLocation d = deferredLocations[i];
            Attr? attr = FindAttrAlias(new ReadOnlySpan<byte>(begin + d.Position + 1, d.Length));
            if (attr is not LocationAttr location)
            {
                if (report)
                {
                    MeaningError(d.Position, "NEST1331", attr is null
                        ? "operation location alias was never defined"
                        : $"expected location, but found '{attr}'");
                }
                ok = false;
                continue;
            }
            Location handle = Context.Handle(location);
            if (d.Op is not null) d.Op.SetLocation(handle);
            else if (!d.Argument.IsNull) d.Argument.ArgumentBlock!.SetArgumentLocation(d.Argument.Number, handle);
        }
        return ok;
    }
}
