using NestC.Diagnostics;
using NestC.IR;
using NestC.Support;
using NestC.Syntax;

namespace NestC.Dialects.Tensor;

/// <summary>What operations of the dialect share: lists of indices of which some are known.</summary>
public abstract class TensorOp : Operation
{
    /// <summary>Reports an error that does not start with the operation's name, as some of upstream's do not. Always false.</summary>
    internal static bool Plain(Diag d, string message) => d.Say(new Diagnostic(Severity.Error, Diag.RuleCode, d.Subject.Location, message));

    protected static bool ParseIndexList(AsmParser parser, ref Vec<UnresolvedOperand> values, out long[] numbers) => parser.ParseIndexList(ref values, out numbers);

    protected static void PrintIndexList(AsmPrinter printer, Operation op, OperandRange values, long[] numbers) => printer.WriteIndexList(values, numbers);
}
