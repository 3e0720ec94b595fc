using NestC.Evaluation;

namespace NestC.Builtin;

public sealed partial class FuncConstantOp : IEvaluable
{
    /// <summary>A function value is the symbol that names it.</summary>
    public void Evaluate(EvalContext ctx)
    {
        IR.Attr symbol = ((IR.IConstantLike)this).ConstantValue;
        ctx.Set(0, new EvalValue(Result(0).Type, [EvalRandom.Of(symbol.ToString()!) >> 1]) { Symbol = symbol });
    }
}
