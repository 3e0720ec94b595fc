using NestC.IR;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Builtin;

/// <summary>`sparse&lt;[[0, 0], [1, 2]], [1, 5]&gt; : tensor&lt;3x4xi32&gt;`: the elements that are not zero, and where they are.</summary>
public sealed class SparseElementsAttr : ElementsAttr
{
    private SparseElementsAttr(ShapedType type, DenseElementsAttr indices, ElementsAttr values) : base(type, HashOf(type, indices, values))
    {
        (Indices, Values) = (indices, values);
        Flags |= indices.Inherited | values.Inherited;
    }

    /// <summary>Index i stands in row i: a tensor of count x rank, of i64.</summary>
    public DenseElementsAttr Indices { get; }

    /// <summary>A tensor of count elements.</summary>
    public ElementsAttr Values { get; }

    /// <exception cref="ArgumentException">See <see cref="TryGet"/>.</exception>
    public static SparseElementsAttr Get(ShapedType type, DenseElementsAttr indices, ElementsAttr values) =>
        TryGet(type, indices, values, out string? error) ?? throw new ArgumentException(error);

    /// <summary>The attribute, or null and why there is none: shapes must agree, indices lie within the type.</summary>
    public static SparseElementsAttr? TryGet(ShapedType type, DenseElementsAttr indices, ElementsAttr values, out string? error)
    {
        error = Verify(type, indices, values.ShapedType);
        return error is null ? type.Context.Intern(new SparseElementsAttr(type, indices, values)) : null;
    }

    private static string? Verify(ShapedType type, DenseElementsAttr indices, ShapedType valuesType)
    {
        ReadOnlySpan<long> at = indices.ShapedType.Shape;
        if (valuesType.Rank != 1) return "expected 1-d tensor for sparse element values";
        bool shaped = at.Length == 2 ? at[1] == type.Rank : at.Length == 1 && type.Rank == 1;
        if (!shaped || at[0] != valuesType.Shape[0])
            return $"expected shape ([{List(type.Shape)}]); inferred shape of indices literal ([{List(at)}]); "
                + $"inferred shape of values literal ([{List(valuesType.Shape)}])";
        long count = indices.IsSplat ? 1 : at[0];
        long[] index = new long[type.Rank];
        for (long i = 0; i < count; i++)
        {
            bool inside = true;
            for (int d = 0; d < index.Length; d++)
            {
                index[d] = indices.GetInteger(indices.IsSplat ? 0 : i * index.Length + d);
                inside &= (ulong)index[d] < (ulong)type.Shape[d];
            }
            if (inside) continue;
            string shown = string.Join(", ", Array.ConvertAll(index, static n => ((ulong)n).ToString(System.Globalization.CultureInfo.InvariantCulture)));
            return $"sparse index #{i} is not contained within the value shape, with index=[{shown}], and type='{type}'";
        }
        return null;
    }

    internal static string List(ReadOnlySpan<long> numbers) => string.Join(", ", numbers.ToArray());

    private static int HashOf(ShapedType type, DenseElementsAttr indices, ElementsAttr values) =>
        Hash.Combine(Hash.Combine(217, type.Identity), indices.Identity, values.Identity);

    protected internal override bool SameStructure(Interned other) =>
        other is SparseElementsAttr o && o.ShapedType == ShapedType && o.Indices == Indices && o.Values == Values;

    internal override bool IsElidedBy(AsmPrinter printer) => Indices.IsElidedBy(printer) || Values.IsElidedBy(printer);

    private protected override void PrintElements(AsmPrinter printer)
    {
        printer.Out.Write("sparse<"u8);
        if (Indices.NumElements != 0)
        {
            Indices.PrintLiteral(printer, allowHex: false);
            printer.Out.Write(", "u8);
            if (Values is DenseElementsAttr numbers) numbers.PrintLiteral(printer, allowHex: true);
            else ((DenseStringElementsAttr)Values).PrintLiteral(printer);
        }
        printer.Out.Write('>');
    }
}
