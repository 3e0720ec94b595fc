using NestC.Builtin;
using NestC.Diagnostics;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Dialects.Npu;

/// <summary>
/// Runs a program on tensors: the operands' bytes are written to the data that `reads` names, the results' bytes are what stands in the
/// data that `writes` names afterwards.
/// </summary>
[Op("npu.launch", Format = "$program `(` operands `)` `reads` $reads `writes` $writes attr-dict `:` functional-type(operands, results)")]
[Rule("C1", "there is a name of data for each operand and each result")]
[Rule("C2", "the program exists, and its data have as many bytes as the tensors")]
public sealed partial class LaunchOp : Operation, IPure, ISymbolUser, IArrayEvaluable
{
    [Prop<FlatSymbolRef>] public partial SymbolRefAttr Program { get; }

    /// <summary>A string for each operand.</summary>
    [Prop] public partial ArrayAttr Reads { get; }

    /// <summary>A string for each result.</summary>
    [Prop] public partial ArrayAttr Writes { get; }

    [Operands<AnyTensor>(Min = 0)] public partial OperandRange Inputs { get; }

    [Results<AnyTensor>] public partial ResultRange Outputs { get; }

    /// <summary>The program, or null.</summary>
    public ProgramOp? FindProgram()
    {
        Operation? table = SymbolTable.Nearest(this);
        while (table is not null)
        {
            if (SymbolTable.Lookup(table, Program.Root.Utf8) is ProgramOp found) return found;
            table = table.ParentOp is { } parent ? SymbolTable.Nearest(parent) : null;
        }
        return null;
    }

    public NdArray[] Evaluate(NdArray[] x)
    {
        var d = new Diag(Context.Diagnostics, this);
        if (FindProgram() is not { } program || ProgramEvaluation.Of(program, d) is not { } evaluation) throw new EvaluationException($"there is no program '{Program}' that can run");
        return Run(evaluation, x, d);
    }

    /// <summary>Runs the program with operands and returns the results.</summary>
    /// <exception cref="EvaluationException">The checker found an error, or sizes do not fit.</exception>
    public unsafe NdArray[] Run(ProgramEvaluation evaluation, NdArray[] x, Diag d)
    {
        for (int i = 0; i < x.Length; i++)
        {
            if (!evaluation.Set(NameOf(Reads, i), new ReadOnlySpan<byte>(x[i].Data, (int)x[i].ByteLength)))
                throw new EvaluationException($"the program has no data '{NameOf(Reads, i)}' of {x[i].ByteLength} bytes");
        }
        GC.KeepAlive(x);
        if (!evaluation.Run(d)) throw new EvaluationException($"the program '{Program}' does not run");
        var results = new NdArray[Outputs.Count];
        for (int i = 0; i < results.Length; i++)
        {
            results[i] = NdArray.Create(ElementKind.I8, ((RankedTensorType)Outputs[i].Type).Shape);
            ReadOnlySpan<byte> bytes = evaluation.Get(NameOf(Writes, i));
            if (bytes.Length != results[i].ByteLength) throw new EvaluationException($"the program has no data '{NameOf(Writes, i)}' of {results[i].ByteLength} bytes");
            bytes.CopyTo(new Span<byte>(results[i].Data, bytes.Length));
        }
        return results;
    }

    public bool VerifySymbolUses(Diag d, SymbolTableCollection tables)
    {
        if (tables.Resolve(this, Program) is not ProgramOp program) return d.Require(false, "C2", $"launches '{Program}', which is no npu.program");
        bool ok = true;
        for (int i = 0; i < Inputs.Count; i++) ok &= Fits(d, program, Reads, i, Inputs[i].Type);
        for (int i = 0; i < Outputs.Count; i++) ok &= Fits(d, program, Writes, i, Outputs[i].Type);
        return ok;
    }

    protected override bool VerifyOp(Diag d) =>
        d.Require(AreNames(Reads, Inputs.Count), "C1", $"does not name {Inputs.Count} data to write") & d.Require(AreNames(Writes, Outputs.Count), "C1", $"does not name {Outputs.Count} data to read");

    /// <summary>A name in `reads` or `writes`.</summary>
    public static string NameOf(ArrayAttr names, int index) => ((StringAttr)names.Elements[index]).Value;

    private static bool AreNames(ArrayAttr names, int count)
    {
        if (names.Elements.Length != count) return false;
        foreach (Attr name in names.Elements)
        {
            if (name is not StringAttr) return false;
        }
        return true;
    }

    private static bool Fits(Diag d, ProgramOp program, ArrayAttr names, int index, IrType type)
    {
        string name = NameOf(names, index);
        long bytes = type is RankedTensorType { HasStaticShape: true } t ? t.NumElements : -1;
        return d.Require(program.FindData(System.Text.Encoding.UTF8.GetBytes(name)) is { } data && data.ByteCount(program.Config) == bytes, "C2",
            $"program '{program.SymName}' has no data '{name}' of the size of '{type}'");
    }
}
