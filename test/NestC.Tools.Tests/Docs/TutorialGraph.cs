using NestC.Builtin;
using NestC.Dialects.Graph;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Tools.Tests.Docs;

public static class TutorialGraph
{
    /// <summary>relu(conv(x, w)) on a picture of 1 x 8 x 8.</summary>
    public static ModuleOp Build(NestContext context)
    {
        OpBuilder builder = new(context);
        ModuleOp module = ModuleOp.Create(builder);
        builder.AtEnd(module.BodyRegion.AddBlock());

        IrType input = RankedTensorType.Get([1, 1, 8, 8], FloatType.F32(context));
        IrType output = RankedTensorType.Get([1, 2, 8, 8], FloatType.F32(context));
        FuncOp main = FuncOp.Create(builder, "main", FunctionType.Get(context, [input], [output]));
        Block entry = main.AddEntryBlock();
        builder.AtEnd(entry);

        // Two filters of 3 x 3: a mean, and an edge.
        float[] weights = [.. Enumerable.Repeat(0.125f, 9), -1, 0, 1, -1, 0, 1, -1, 0, 1];
        Attr filters = GraphTypes.AttrOf(context, NdArray.From(weights, 2, 1, 3, 3), "filters");
        Value constant = ConstantOp.Create(builder, filters).Output;
        Value sum = ConvOp.Create(builder, entry.ArgumentAt(0), constant, output, pads: [1, 1, 1, 1]).Output;
        Value result = ReluOp.Create(builder, sum, output).Output;
        builder.Create("func.return", [result], []);
        return module;
    }
}
