using NestC.Builtin;
using NestC.Dialects.Graph;
using NestC.IR;

namespace NestC.Passes.Npu.Placement;

/// <summary>The arithmetic of operations of the graph dialect.</summary>
public static class OperationWork
{
    /// <summary>The multiply-accumulates of an operation, padding of channels not counted; 0 for those that have none.</summary>
    public static long Macs(Operation op) => op switch
    {
        QuantizedConvOp conv => Product(conv.Output) * PerOutput(conv.Weight),
        ConvOp conv => Product(conv.Output) * PerOutput(conv.Weight),
        QuantizedGemmOp gemm => Product(gemm.Output) * PerOutput(gemm.Weight),
        GemmOp gemm => Product(gemm.Output) * Last(gemm.A, gemm.TransA != 0 ? 0 : 1),
        QuantizedMatMulOp product => Product(product.Output) * Last(product.Lhs, Rank(product.Lhs) - 1),
        MatMulOp product => Product(product.Output) * Last(product.Lhs, Rank(product.Lhs) - 1),
        _ => 0,
    };

    /// <summary>The bytes of an operation's operands and results, without constants.</summary>
    public static long Bytes(Operation op)
    {
        long bytes = 0;
        for (int i = 0; i < op.OperandCount; i++)
        {
            if (op.Operand(i).DefiningOp is not ConstantOp) bytes += BytesOf(op.Operand(i));
        }
        for (int i = 0; i < op.ResultCount; i++) bytes += BytesOf(op.Result(i));
        return bytes;
    }

    /// <summary>The bytes of a tensor; 0 when its shape is not known.</summary>
    public static long BytesOf(Value value)
    {
        if (value.Type is not RankedTensorType { HasStaticShape: true } type) return 0;
        try
        {
            return Evaluation.NdArray.BytesFor(GraphTypes.KindOf(type), type.NumElements);
        }
        catch (Evaluation.EvaluationException)
        {
            return 0;
        }
    }

    private static int Rank(Value value) => value.Type is RankedTensorType type ? type.Shape.Length : 0;

    private static long Last(Value value, int axis) => value.Type is RankedTensorType type && axis >= 0 && axis < type.Shape.Length ? Math.Max(0, type.Shape[axis]) : 0;

    private static long Product(Value value) => value.Type is RankedTensorType { HasStaticShape: true } type ? type.NumElements : 0;

    private static long PerOutput(Value weight) => weight.Type is RankedTensorType { HasStaticShape: true } type && type.Shape[0] > 0 ? type.NumElements / type.Shape[0] : 0;
}
