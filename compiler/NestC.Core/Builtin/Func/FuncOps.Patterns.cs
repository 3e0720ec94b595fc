using NestC.IR;
using NestC.Rewriting;

namespace NestC.Builtin;

public sealed partial class CallIndirectOp : ICanonicalizable
{
    public static void Canonicalize(PatternSet patterns) =>
        // call_indirect(constant @f, x) -> call @f(x)
        patterns.Add<CallIndirectOp>("call-known-function", static (op, rw) => Folder.ConstantOf(op.Callee) is SymbolRefAttr { IsFlat: true } callee
            ? rw.Replace(op, CallOp.Create(rw, op.CalleeOperands.ToArray(), callee, op.Outputs.Types()))
            : rw.NoMatch(op, "the callee is not a constant"));
}
