using NestC.Builtin;
using NestC.IR;
using NestC.Support;

namespace NestC.Syntax;

// What printers made from declarative assembly formats are put together of; hand-written syntax may use it as well.
public partial class AsmPrinter
{
    /// <summary>`(inputs) -> results`; one result that is no function type stands without parentheses.</summary>
    public void WriteFunctionalType(ReadOnlySpan<IrType> inputs, ReadOnlySpan<IrType> results)
    {
        Out.Write('(');
        WriteTypes(inputs);
        Out.Write(") -> "u8);
        bool bare = results.Length == 1 && results[0] is not FunctionType;
        if (!bare) Out.Write('(');
        WriteTypes(results);
        if (!bare) Out.Write(')');
    }

    /// <summary>Regions between commas.</summary>
    public void WriteRegions(ReadOnlySpan<Region> regions)
    {
        for (int i = 0; i < regions.Length; i++)
        {
            if (i > 0) Out.Write(", "u8);
            WriteRegion(regions[i]);
        }
    }

    /// <summary>Successors between commas, without brackets.</summary>
    public void WriteSuccessors(SuccessorRange successors)
    {
        for (int i = 0; i < successors.Count; i++)
        {
            if (i > 0) Out.Write(", "u8);
            WriteSuccessor(successors[i]);
        }
    }

    /// <summary>A new line, indented as the operation is.</summary>
    public void WriteNewLine()
    {
        Out.Write('\n');
        Out.WriteSpaces(indent);
    }

    /// <summary>`&lt;{...}&gt;`, with a space before: the properties but those of the names given.</summary>
    public void WritePropDict(Operation op, ReadOnlySpan<string> elided)
    {
        Vec<NamedAttr> shown = default;
        if (op.PropertiesAttr is DictionaryAttr properties)
        {
            foreach (NamedAttr entry in properties.Entries)
                if (!IsAmong(entry.Name, elided)) shown.Add(entry);
        }
        Out.Write(" <{"u8);
        WriteEntries(shown.Span);
        Out.Write("}>"u8);
    }

    /// <summary>`[1, 2]`.</summary>
    public void WriteArray(ReadOnlySpan<long> values)
    {
        Out.Write('[');
        for (int i = 0; i < values.Length; i++)
        {
            if (i > 0) Out.Write(", "u8);
            Out.Write(values[i]);
        }
        Out.Write(']');
    }

    /// <summary>`[1, 2]`.</summary>
    public void WriteArray(ReadOnlySpan<int> values)
    {
        Out.Write('[');
        for (int i = 0; i < values.Length; i++)
        {
            if (i > 0) Out.Write(", "u8);
            Out.Write((long)values[i]);
        }
        Out.Write(']');
    }

    /// <summary>`[true, false]`.</summary>
    public void WriteArray(ReadOnlySpan<bool> values)
    {
        Out.Write('[');
        for (int i = 0; i < values.Length; i++)
        {
            if (i > 0) Out.Write(", "u8);
            Out.Write(values[i] ? "true"u8 : "false"u8);
        }
        Out.Write(']');
    }

    /// <summary>`[1.0, 2.5]`.</summary>
    public void WriteArray(NestContext context, ReadOnlySpan<double> values)
    {
        Out.Write('[');
        for (int i = 0; i < values.Length; i++)
        {
            if (i > 0) Out.Write(", "u8);
            Write(PropertyForm.Of(context, values[i]), TypeElision.Must);
        }
        Out.Write(']');
    }

    /// <summary>`[1.0, 2.5]`.</summary>
    public void WriteArray(NestContext context, ReadOnlySpan<float> values)
    {
        Out.Write('[');
        for (int i = 0; i < values.Length; i++)
        {
            if (i > 0) Out.Write(", "u8);
            Write(PropertyForm.Of(context, values[i]), TypeElision.Must);
        }
        Out.Write(']');
    }
}
