using NestC.IR;

namespace NestC.Builtin.Arith;

public sealed partial class DivUIOp : IFoldable
{
    // x / 1 -> x
    public FoldResult Fold(FoldInputs inputs) => Constants.IsOne(inputs[1]) ? Lhs : (FoldResult)IntegerFold.Binary(IntegerOperation.DivU, inputs);
}

public sealed partial class DivSIOp : IFoldable
{
    // x / 1 -> x
    public FoldResult Fold(FoldInputs inputs) => Constants.IsOne(inputs[1]) ? Lhs : (FoldResult)IntegerFold.Binary(IntegerOperation.DivS, inputs);
}

public sealed partial class CeilDivUIOp : IFoldable
{
    // x / 1 -> x
    public FoldResult Fold(FoldInputs inputs) => Constants.IsOne(inputs[1]) ? Lhs : (FoldResult)IntegerFold.Binary(IntegerOperation.CeilDivU, inputs);
}

public sealed partial class CeilDivSIOp : IFoldable
{
    // x / 1 -> x
    public FoldResult Fold(FoldInputs inputs) => Constants.IsOne(inputs[1]) ? Lhs : (FoldResult)IntegerFold.Binary(IntegerOperation.CeilDivS, inputs);
}

public sealed partial class FloorDivSIOp : IFoldable
{
    // x / 1 -> x
    public FoldResult Fold(FoldInputs inputs) => Constants.IsOne(inputs[1]) ? Lhs : (FoldResult)IntegerFold.Binary(IntegerOperation.FloorDivS, inputs);
}

public sealed partial class RemUIOp : IFoldable
{
    // x % 1 -> 0
    public FoldResult Fold(FoldInputs inputs) => Constants.IsOne(inputs[1]) && Constants.Splat(Output.Type, 0) is { } zero ? zero : IntegerFold.Binary(IntegerOperation.RemU, inputs);
}

public sealed partial class RemSIOp : IFoldable
{
    // x % 1 -> 0
    public FoldResult Fold(FoldInputs inputs) => Constants.IsOne(inputs[1]) && Constants.Splat(Output.Type, 0) is { } zero ? zero : IntegerFold.Binary(IntegerOperation.RemS, inputs);
}
