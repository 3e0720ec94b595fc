using NestC.IR;

namespace NestC.Builtin.Arith;

public sealed partial class DivUIOp : IFoldable
{
    // x / 1 -> x
    public FoldResult Fold(FoldInputs inputs) => Constants.IsOne(inputs[1]) ? Lhs : (FoldResult)IntegerFold.Binary<DivUFold>(inputs);
}

public sealed partial class DivSIOp : IFoldable
{
    // x / 1 -> x
    public FoldResult Fold(FoldInputs inputs) => Constants.IsOne(inputs[1]) ? Lhs : (FoldResult)IntegerFold.Binary<DivSFold>(inputs);
}

public sealed partial class CeilDivUIOp : IFoldable
{
    // x / 1 -> x
    public FoldResult Fold(FoldInputs inputs) => Constants.IsOne(inputs[1]) ? Lhs : (FoldResult)IntegerFold.Binary<CeilDivUFold>(inputs);
}

public sealed partial class CeilDivSIOp : IFoldable
{
    // x / 1 -> x
    public FoldResult Fold(FoldInputs inputs) => Constants.IsOne(inputs[1]) ? Lhs : (FoldResult)IntegerFold.Binary<CeilDivSFold>(inputs);
}

public sealed partial class FloorDivSIOp : IFoldable
{
    // x / 1 -> x
    public FoldResult Fold(FoldInputs inputs) => Constants.IsOne(inputs[1]) ? Lhs : (FoldResult)IntegerFold.Binary<FloorDivSFold>(inputs);
}

public sealed partial class RemUIOp : IFoldable
{
    // x % 1 -> 0
    public FoldResult Fold(FoldInputs inputs) => Constants.IsOne(inputs[1]) && Constants.Splat(Output.Type, 0) is { } zero ? zero : IntegerFold.Binary<RemUFold>(inputs);
}

public sealed partial class RemSIOp : IFoldable
{
    // x % 1 -> 0
    public FoldResult Fold(FoldInputs inputs) => Constants.IsOne(inputs[1]) && Constants.Splat(Output.Type, 0) is { } zero ? zero : IntegerFold.Binary<RemSFold>(inputs);
}
