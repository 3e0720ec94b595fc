using NestC.Builtin;
using NestC.Dialects.Graph;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Passes.Quantization;

/// <summary>Replaces lists that follow from constants (shapes, axes, pads) by constants, and infers again the types that depend on them.</summary>
internal static class ShapeRefiner
{
    // Lists are short; weights that follow from constants are read where they are needed.
    private const long MostElements = 1024;

    public static void Run(FuncOp function, Constants constants)
    {
        OpBuilder builder = new(function.Context);
        for (Operation? op = function.Entry.First; op is not null; op = op.Next)
        {
            if (op is not GraphOp graph || op.ResultCount == 0) continue;
            for (int i = 0; i < op.OperandCount; i++)
            {
                Value operand = op.Operand(i);
                if (operand.DefiningOp is null or ConstantOp || operand.Type is not TensorType { ElementType: IntegerType }) continue;
                if (constants.Of(operand) is not { } list || list.Count > MostElements) continue;
                builder.AtBefore(op);
                Attr value = GraphTypes.AttrOf(function.Context, list, "list", (int)MostElements);
                IrType type = RankedTensorType.Get(list.Shape, GraphTypes.Element(operand));
                builder.SetOperand(op, i, builder.Create("graph.constant", [], [type], [new NamedAttr(function.Context.Identifier("value"), value)]).Result(0));
            }
            bool open = false;
            for (int i = 0; i < op.ResultCount; i++) open |= op.Result(i).Type is not RankedTensorType { HasStaticShape: true };
            if (open) Infer(graph, builder);
        }
        if (function.Entry.Last is not ReturnOp ret) return;
        var results = new IrType[ret.OperandCount];
        for (int i = 0; i < results.Length; i++) results[i] = ret.Operand(i).Type;
        function.SetFunctionType(builder, FunctionType.Get(function.Context, function.FunctionType.Inputs.ToArray(), results));
    }

    private static void Infer(GraphOp op, OpBuilder builder)
    {
        try
        {
            IrType[] types = op.InferTypes();
            for (int i = 0; i < types.Length; i++)
                if (types[i] is RankedTensorType && types[i] != op.Result(i).Type) builder.SetResultType(op, i, types[i]);
        }
        catch (EvaluationException)
        {
            // What cannot be inferred keeps its type.
        }
    }
}
