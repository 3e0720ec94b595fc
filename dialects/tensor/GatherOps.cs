using NestC.Builtin;
using NestC.Diagnostics;
using NestC.IR;

namespace NestC.Dialects.Tensor;

/// <summary>The slices of a tensor at the coordinates that another one holds in its last dimension.</summary>
[Op("tensor.gather", Format = "$source `[` $indices `]` `gather_dims` `(` $gather_dims `)` (`unique` $unique^)? attr-dict `:` functional-type(operands, results)")]
public sealed partial class GatherOp : MovingOp, IPure, IAsmNames
{
    [Operand<RankedTensor>] public partial Value Source { get; }

    [Operand<RankedTensorOf<SignlessIntegerOrIndex>>] public partial Value Indices { get; }

    [Prop] public partial long[] GatherDims { get; }

    /// <summary>No two coordinates are equal.</summary>
    [Prop(Unit = true)] public partial bool Unique { get; }

    [Result<RankedTensor>("result")] public partial Value Output { get; }

    public RankedTensorType Type => (RankedTensorType)Output.Type;

    public void NameResults(ValueNames names) => names.Name(Output, "gather"u8);

    protected override bool VerifyOp(Diag d) => GatherRules.Verify(d, GatherDims, (RankedTensorType)Indices.Type, (RankedTensorType)Source.Type, Type, "gather", "source");
}

/// <summary>A tensor with slices at the coordinates that another one holds replaced.</summary>
[Op("tensor.scatter", Format = "$source `into` $dest `[` $indices `]` `scatter_dims` `(` $scatter_dims `)` (`unique` $unique^)? attr-dict `:` functional-type(operands, results)")]
public sealed partial class ScatterOp : MovingOp, IPure, IAsmNames, IDestinationStyle
{
    [Operand<RankedTensor>] public partial Value Source { get; }

    [Operand<RankedTensor>] public partial Value Dest { get; }

    [Operand<RankedTensorOf<SignlessIntegerOrIndex>>] public partial Value Indices { get; }

    [Prop] public partial long[] ScatterDims { get; }

    /// <summary>No two coordinates are equal.</summary>
    [Prop(Unit = true)] public partial bool Unique { get; }

    [Result<RankedTensor>("result")] public partial Value Output { get; }

    public void NameResults(ValueNames names) => names.Name(Output, "scatter"u8);

    public OperandRange Inits => new(this, 1, 1);

    protected override bool VerifyOp(Diag d) =>
        GatherRules.Verify(d, ScatterDims, (RankedTensorType)Indices.Type, (RankedTensorType)Dest.Type, (RankedTensorType)Source.Type, "scatter", "dest")
        && d.Require(Unique, null, "requires 'unique' attribute to be set")
        && d.Require(Output.Type == Dest.Type, null, "result type must be the type of dest");
}

/// <summary>What gather and scatter share.</summary>
internal static class GatherRules
{
    public static bool Verify(Diag d, long[] dims, RankedTensorType indices, RankedTensorType whole, RankedTensorType part, string what, string side)
    {
        if (dims.Length == 0) return d.Error(Diag.RuleCode, $"{what}_dims must be non-empty");
        if (dims.Length > whole.Rank) return d.Error(Diag.RuleCode, $"{what}_dims overflow {side} rank");
        if (indices.Rank == 0) return d.Error(Diag.RuleCode, $"{what}_dims length must match the size of last dimension of indices");
        foreach (long dim in dims)
        {
            if (dim < 0) return d.Error(Diag.RuleCode, $"{what}_dims value must be non-negative");
            if (dim >= whole.Rank) return d.Error(Diag.RuleCode, $"{what}_dims value must be smaller than {side} rank");
        }
        for (int i = 1; i < dims.Length; i++)
            if (dims[i - 1] >= dims[i]) return d.Error(Diag.RuleCode, $"{what}_dims values must be strictly increasing");
        RankedTensorType full = PartType(whole, indices, dims, reduced: false), reduced = PartType(whole, indices, dims, reduced: true);
        if (part == full || part == reduced)
            return d.Require(indices.Shape[^1] == dims.Length, null, $"{what}_dims length must match the size of last dimension of indices");
        return what == "gather"
            ? d.Error(Diag.RuleCode, $"result type mismatch: expected '{full}' or its rank-reduced variant '{reduced}' (got: '{part}')")
            : d.Error(Diag.RuleCode, $"source type mismatch: expected '{full}' or its rank-reduced variant '{reduced}' (got: '{part}')");
    }

    /// <summary>The type of the slices: the leading sizes of the indices, then the source's with those of the gathered dimensions 1, or left out.</summary>
    public static RankedTensorType PartType(RankedTensorType whole, RankedTensorType indices, ReadOnlySpan<long> dims, bool reduced)
    {
        Support.Vec<long> shape = default;
        shape.AddRange(indices.Shape[..^1]);
        for (int i = 0; i < whole.Rank; i++)
        {
            if (!dims.Contains(i)) shape.Add(whole.Shape[i]);
            else if (!reduced) shape.Add(1);
        }
        return RankedTensorType.Get(shape.Span, whole.ElementType);
    }
}
