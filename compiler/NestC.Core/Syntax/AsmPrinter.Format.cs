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
