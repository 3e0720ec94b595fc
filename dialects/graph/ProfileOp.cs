using NestC.Dialects.Graph.Kernels;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Dialects.Graph;

/// <summary>Observes a tensor while the function runs: `nest-run --profile` inserts one after each value. It computes nothing.</summary>
[Op("graph.profile", Format = "$input attr-dict `:` type($input)")]
public sealed partial class ProfileOp : GraphOp
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    /// <summary>The name under which the value is recorded.</summary>
    [Prop] public partial string Id { get; }

    /// <summary>Who is shown the tensor; nobody unless a tool asks.</summary>
    public Action<NdArray>? Observer { get; set; }

    public override NdArray[] Evaluate(NdArray[] x)
    {
        Observer?.Invoke(x[0]);
        return [];
    }

    public override long[]?[] InferAll(ShapeArguments s) => [];
}
