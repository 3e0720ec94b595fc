using System.Text;
using NestC.Builtin;
using NestC.Diagnostics;
using NestC.Dialects.Graph;
using NestC.Dialects.Npu;
using NestC.Dialects.Npu.Conversion;
using NestC.Dialects.Npu.Isa;
using NestC.Dialects.Npu.Simulator;
using NestC.Evaluation;
using NestC.IR;
using NestC.Syntax;
using NestC.Tools;
using Xunit;

namespace NestC.Passes.Tests.Npu;

/// <summary>A quantized graph in text, run as it is and lowered to the NPU.</summary>
internal sealed class LoweringRig
{
    public const string Steps = "builtin.module(func.func(npu-place,convert-graph-to-tensor,npu-tile),convert-tensor-to-npu)";

    private readonly List<string> said = [];

    public LoweringRig(string text)
    {
        Context = new NestContext();
        Registry.RegisterDialects(Context);
        Context.Diagnostics.PushHandler(d => said.Add($"{d.Severity}: {d.Message}"));
        Module = AsmParser.Parse(Context, SourceFile.FromText("<test>", text)) as ModuleOp ?? throw new InvalidOperationException(string.Join("\n", said));
        if (!Verifier.Verify(Module)) throw new InvalidOperationException(string.Join("\n", said));
        Function = First<FuncOp>(Module)!;
    }

    public NestContext Context { get; }

    public ModuleOp Module { get; }

    public FuncOp Function { get; }

    /// <summary>Everything that was reported so far.</summary>
    public IReadOnlyList<string> Diagnostics => said;

    public NdArray[] Evaluate(NdArray[] inputs) => new ArrayInterpreter().Run(Function, inputs);

    /// <summary>Bytes for each argument, from the seed.</summary>
    public NdArray[] Inputs(ulong seed)
    {
        var random = new SplitMix64(seed);
        var inputs = new NdArray[Function.FunctionType.Inputs.Length];
        for (int i = 0; i < inputs.Length; i++)
        {
            var type = (RankedTensorType)Function.FunctionType.Inputs[i];
            inputs[i] = NdArray.Create(GraphTypes.KindOf(type), type.Shape);
            if (inputs[i].Kind == ElementKind.F32)
            {
                foreach (ref float value in inputs[i].Write<float>()) value = random.Below(2001) / 1000f - 1;
            }
            else
            {
                foreach (ref sbyte value in inputs[i].Write<sbyte>()) value = (sbyte)random.Next();
            }
        }
        return inputs;
    }

    public bool Lower(string pipeline = Steps)
    {
        PassPipeline parsed = PipelineParser.Parse(Registry.Passes(), Context, pipeline) ?? throw new InvalidOperationException(string.Join("\n", said));
        return new PassManager(parsed) { VerifyEach = true, Threads = 1 }.Run(Module);
    }

    /// <summary>Evaluates, lowers, evaluates again; the results are the same and the simulator has nothing to say.</summary>
    public void Check(ulong seed = 1)
    {
        NdArray[] inputs = Inputs(seed), expected = Evaluate(inputs);
        Assert.True(Lower(), string.Join("\n", said));
        NdArray[] actual = Evaluate(inputs);
        Assert.Empty(said);
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            ReadOnlySpan<sbyte> want = expected[i].Read<sbyte>(), have = actual[i].Read<sbyte>();
            Assert.Equal(want.Length, have.Length);
            int nonzero = 0;
            for (int k = 0; k < want.Length; k++)
            {
                if (want[k] != have[k]) Assert.Fail($"result {i}, element {k}: {have[k]}, not {want[k]}");
                nonzero += want[k] != 0 ? 1 : 0;
            }
            Assert.True(nonzero * 8 > want.Length, "the results are nearly all zero, so they say nothing");
        }
    }

    public List<ProgramOp> Programs()
    {
        var programs = new List<ProgramOp>();
        foreach (Operation op in Module.Body.Operations)
        {
            if (op is ProgramOp program) programs.Add(program);
        }
        return programs;
    }

    public int Count(string name)
    {
        int count = 0;
        foreach (Operation op in Function.Entry.Operations) count += op.Name == name ? 1 : 0;
        return count;
    }

    private static T? First<T>(ModuleOp module) where T : Operation
    {
        foreach (Operation op in module.Body.Operations)
        {
            if (op is T found) return found;
        }
        return null;
    }

    /// <summary>A constant of seeded bytes in text.</summary>
    public static string Bytes(ulong seed, params ReadOnlySpan<int> shape)
    {
        var random = new SplitMix64(seed);
        int count = 1;
        string dims = "";
        foreach (int extent in shape)
        {
            count *= extent;
            dims += extent + "x";
        }
        var text = new StringBuilder("dense<\"0x");
        for (int i = 0; i < count; i++) text.Append(((byte)((sbyte)random.Next() >> 2)).ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        return text.Append("\"> : tensor<").Append(dims).Append("i8>").ToString();
    }

    /// <summary>A constant of seeded 32-bit numbers in text.</summary>
    public static string Words(ulong seed, int count)
    {
        var random = new SplitMix64(seed);
        var values = new string[count];
        for (int i = 0; i < count; i++) values[i] = (random.Below(4001) - 2000).ToString(System.Globalization.CultureInfo.InvariantCulture);
        return $"dense<[{string.Join(", ", values)}]> : tensor<{count}xi32>";
    }
}
