using System.Text;
using NestC.Diagnostics;
using NestC.IR;

namespace NestC.Syntax;

public sealed unsafe partial class AsmParser
{
    /// <summary>An argument of a region as a custom syntax names it: `%x: i32`.</summary>
    public readonly record struct RegionArgument(UnresolvedOperand Name, IrType Type, Location Location);

    /// <summary>`{ blocks }`. The arguments, when given, are those of the entry block.</summary>
    public bool ParseRegion(Region region, ReadOnlySpan<RegionArgument> arguments = default, bool isolated = false)
    {
        if (!Parse(TokenKind.LBrace, "expected '{' to begin a region")) return false;
        if (kind == TokenKind.RBrace && arguments.IsEmpty)
        {
            Advance();
            return true;
        }
        if (!Enter()) return false;
        bool ok = StackIsShort
            ? ParseRegionOnFreshStack(region, arguments.ToArray(), isolated)
            : ParseRegionBody(region, arguments, isolated);
        Leave();
        return ok;
    }

    // Apart from its caller, because captured parameters are allocated wherever their method is entered.
    private bool ParseRegionOnFreshStack(Region region, RegionArgument[] arguments, bool isolated) =>
        OnFreshStack(() => ParseRegionBody(region, arguments, isolated));

    private bool ParseRegionBody(Region region, ReadOnlySpan<RegionArgument> arguments, bool isolated)
    {
        Block? outer = insertAt;
        ScopeMark mark = PushNames(isolated);
        int outerBlocks = PushBlocks();
        int errors = Errors;
        bool ok = ParseBlocks(region, arguments);
        ok &= PopBlocks(outerBlocks, report: ok && Errors == errors);
        PopNames(mark);
        insertAt = outer;
        if (!ok) return false;
        Advance(); // the closing brace
        return Errors == errors;
    }

    private bool ParseBlocks(Region region, ReadOnlySpan<RegionArgument> arguments)
    {
        Block entry = region.AddBlock();
        if (!arguments.IsEmpty)
        {
            if (kind == TokenKind.CaretIdentifier) return MeaningError(Position, "NEST1320", "invalid block name in region with named arguments");
            foreach (RegionArgument argument in arguments)
                if (!DefineRegionArgument(entry, argument)) return false;
        }
        if (kind == TokenKind.CaretIdentifier ? !ParseBlock(region, entry) : !ParseBlockBody(entry)) return false;
        if (!arguments.IsEmpty && entry.ArgumentCount > arguments.Length)
            return MeaningError(Position, "NEST1321", "entry block arguments were already defined");
        while (kind != TokenKind.RBrace)
            if (!ParseBlock(region, null)) return false;
        return true;
    }

    private bool DefineRegionArgument(Block entry, RegionArgument argument)
    {
        UnresolvedOperand name = argument.Name;
        ref NameEntry existing = ref Entry(NameId(name.Text, name.Length));
        if (!existing.First.IsNull)
        {
            Errors++;
            Context.Diagnostics.Emit(new Diagnostic(Severity.Error, "NEST1322", LocationAt(name.Position),
                $"region entry argument '{Encoding.UTF8.GetString(name.Name)}' is already in use")
            { Length = name.Length }.Note(LocationAt(existing.Position), "previously referenced here"));
            return false;
        }
        Location location = argument.Location.IsUnknown ? LocationAt(name.Position) : argument.Location;
        Value value = entry.AddArgument(argument.Type, location);
        for (int i = deferredArguments.Count - 1; i >= 0; i--)
            if (deferredArguments[i].Position == name.Position) deferredLocations[deferredArguments[i].Index].Argument = value;
        return Define(name.Text, name.Length, name.Position, value, 1);
    }

    // `^name(arguments): operations`; the entry block exists already.
    private bool ParseBlock(Region region, Block? entry)
    {
        int position = Position;
        byte* text = tokenStart;
        int length = (int)(next - tokenStart);
        if (!Parse(TokenKind.CaretIdentifier, "expected block name")) return false;
        ref BlockEntry named = ref BlockNamed(text, length, position);
        if (named.IsDefined) return MeaningError(position, "NEST1323", $"redefinition of block '{Text(text, length)}'");
        named.IsDefined = true;
        Block block;
        if (entry is not null) block = named.Block = entry;
        else
        {
            block = named.Block ??= new Block();
            region.Append(block);
        }
        if (kind == TokenKind.LParen && !ParseBlockArguments(block)) return false;
        return Parse(TokenKind.Colon, "expected ':' after block name") && ParseBlockBody(block);
    }

    private bool ParseBlockArguments(Block block)
    {
        Advance();
        if (TryParse(TokenKind.RParen)) return true;
        bool existing = block.ArgumentCount > 0;
        int number = 0;
        do
        {
            if (!ParseOperand(out UnresolvedOperand name)) return false;
            if (!Parse(TokenKind.Colon, "expected ':' and type for SSA operand")) return false;
            if (ParseType() is not { } type) return false;
            Value argument;
            if (existing)
            {
                if (number >= block.ArgumentCount) return MeaningError(Position, "NEST1324", "too many arguments specified in argument list");
                argument = block.ArgumentAt(number++);
                if (argument.Type != type) return MeaningError(Position, "NEST1325", "argument and block argument type mismatch");
            }
            else argument = block.AddArgument(type, LocationAt(name.Position));
            if (!ParseTrailingLocation(argument)) return false;
            if (!Define(name.Text, name.Length, name.Position, argument, 1)) return false;
        }
        while (TryParse(TokenKind.Comma));
        return Parse(TokenKind.RParen);
    }

    private bool ParseBlockBody(Block block)
    {
        insertAt = block;
        while (kind is not (TokenKind.CaretIdentifier or TokenKind.RBrace))
        {
            byte* start = tokenStart;
            if (ParseOperation()) continue;
            if (!Resynchronize(start)) return false;
            insertAt = block;
        }
        // A region with errors is read to its end, so that errors after it are found as well; the count of errors tells that it failed.
        return true;
    }
}
