using NestC.IR;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Dialects.Tensor;

/// <summary>What operations of the dialect share: lists of indices of which some are known.</summary>
public abstract class TensorOp : Operation
{
    protected static bool ParseIndexList(AsmParser parser, ref Vec<UnresolvedOperand> values, out long[] numbers) => parser.ParseIndexList(ref values, out numbers);

    protected static void PrintIndexList(AsmPrinter printer, Operation op, OperandRange values, long[] numbers) => printer.WriteIndexList(values, numbers);
}
