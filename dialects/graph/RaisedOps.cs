using NestC.Builtin;
using NestC.Diagnostics;
using NestC.Dialects.Graph.Kernels;
using NestC.IR;

namespace NestC.Dialects.Graph;

/// <summary>x (1 + erf(x / sqrt 2)) / 2, for each element; with approximate "tanh", x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2.</summary>
[Op("graph.gelu", Format = "operands attr-dict `:` functional-type(operands, results)")]
[Rule("C1", "approximate is 'none' or 'tanh'")]
public sealed partial class GeluOp : UnaryOp, IPure
{
    [Operand<AnyTensor>] public partial Value Input { get; }

    [Result<AnyTensor>] public partial Value Output { get; }

    [Prop(Default = "none")] public partial string Approximate { get; }

    protected override UnaryFunction Function => new(Approximate == "tanh" ? UnaryKind.GeluTanh : UnaryKind.Gelu);

    protected override bool VerifyOp(Diag d) =>
        base.VerifyOp(d) && d.Require(Approximate is "none" or "tanh", "C1", $"approximate is 'none' or 'tanh', not '{Approximate}'");
}
