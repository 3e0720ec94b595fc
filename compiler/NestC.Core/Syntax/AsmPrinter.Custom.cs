using NestC.Builtin;
using NestC.IR;

namespace NestC.Syntax;

// What custom syntaxes are written with, beside tokens, attributes and types.
public partial class AsmPrinter
{
    /// <summary>`[0, %i, 4]`: values stand where the numbers are <see cref="ShapedType.Dynamic"/>.</summary>
    public void WriteIndexList(OperandRange values, ReadOnlySpan<long> numbers)
    {
        Out.Write('[');
        int next = 0;
        for (int i = 0; i < numbers.Length; i++)
        {
            if (i > 0) Out.Write(", "u8);
            if (numbers[i] == ShapedType.Dynamic && next < values.Count) WriteOperand(values[next++]);
            else Out.Write(numbers[i]);
        }
        Out.Write(']');
    }

    public void WriteSuccessors(SuccessorRange successors)
    {
        for (int i = 0; i < successors.Count; i++)
        {
            if (i > 0) Out.Write(", "u8);
            WriteSuccessor(successors[i]);
        }
    }

    /// <summary>`^bb1(%a, %b : i32, f32)`.</summary>
    public void WriteSuccessorAndOperands(Block block, OperandRange operands)
    {
        WriteSuccessor(block);
        if (operands.Count == 0) return;
        Out.Write('(');
        WriteOperands(operands);
        Out.Write(" : "u8);
        WriteTypes(operands);
        Out.Write(')');
    }

    public void WriteRegions(ReadOnlySpan<Region> regions)
    {
        for (int i = 0; i < regions.Length; i++)
        {
            if (i > 0) Out.Write(", "u8);
            WriteRegion(regions[i]);
        }
    }

    /// <summary>` &lt;{...}>`: the inherent attributes but those of the names given; nothing when none is left.</summary>
    public void WritePropDict(Operation op, ReadOnlySpan<string> elided)
    {
        if (op.PropertiesAttr is not DictionaryAttr properties) return;
        bool first = true;
        foreach (NamedAttr entry in properties.Entries)
        {
            if (IsAmong(entry.Name, elided)) continue;
            Out.Write(first ? " <{"u8 : ", "u8);
            first = false;
            WriteNamed(entry);
        }
        if (!first) Out.Write("}>"u8);
    }

    /// <summary>Ends the line and indents the next one like the operation's own.</summary>
    public void WriteNewLine()
    {
        Out.Write('\n');
        Out.WriteSpaces(indent);
    }
}
