using NestC.Builtin;
using NestC.Builtin.Arith;
using NestC.Builtin.Cf;
using NestC.Builtin.Quant;
using NestC.Dialects.Graph;
using NestC.Dialects.Loop;
using NestC.Dialects.Npu;
using NestC.Dialects.Tensor;
using NestC.IR;
using NestC.Passes;

namespace NestC.Tools;

/// <summary>The one explicit list of what the tools know.</summary>
public static class Registry
{
    public static void RegisterDialects(NestContext context)
    {
        context.Register("builtin", static c => new BuiltinDialect(c));
        context.Register("func", static c => new FuncDialect(c));
        context.Register("arith", static c => new ArithDialect(c));
        context.Register("cf", static c => new CfDialect(c));
        context.Register("quant", static c => new QuantDialect(c));
        context.Register("graph", static c => new GraphDialect(c));
        context.Register("tensor", static c => new TensorDialect(c));
        context.Register("npu", static c => new NpuDialect(c));
        context.Register("loop", static c => new LoopDialect(c));
    }

    /// <summary>All passes and named pipelines.</summary>
    public static PassRegistry Passes() => Pipelines.Register(new PassRegistry());
}
