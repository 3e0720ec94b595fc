using BenchmarkDotNet.Attributes;
using NestC.Builtin;
using NestC.Diagnostics;
using NestC.IR;
using NestC.Passes;
using NestC.Support;
using NestC.Syntax;
using NestC.Tools;

namespace NestC.Bench;

/// <summary>The parts of a run, each over one module of <see cref="Operations"/> operations.</summary>
[MemoryDiagnoser]
public class Parts
{
    private byte[] text = [];
    private NestContext context = null!;
    private Operation module = null!;
    private IrType element = null!;
    private int seen;

    [Params(1_000, 100_000)]
    public int Operations { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        text = System.Text.Encoding.UTF8.GetBytes(GeneratedModule.Arithmetic(Operations));
        context = NewContext();
        module = Read(context);
        element = IntegerType.Get(context, 32);
    }

    [Benchmark]
    public Operation Parse() => Read(NewContext());

    [Benchmark]
    public bool Verify() => Verifier.Verify(module);

    [Benchmark]
    public long Print()
    {
        Utf8Writer writer = new(Stream.Null, 1 << 16);
        AsmPrinter.Print(module, writer, PrintOptions.Default);
        writer.Flush();
        return writer.Total;
    }

    [Benchmark]
    public Operation Clone() => new Cloner(new OpBuilder(context).Detached()).Clone(module);

    [Benchmark]
    public int Walk()
    {
        seen = 0;
        module.Walk(op =>
        {
            seen++;
            return WalkResult.Advance;
        });
        return seen;
    }

    /// <summary>A thousand look-ups of an attribute that is there.</summary>
    [Benchmark(OperationsPerInvoke = 1000)]
    public Attr InternHit()
    {
        Attr last = null!;
        for (int i = 0; i < 1000; i++) last = IntegerAttr.Get(element, i & 63);
        return last;
    }

    private static NestContext NewContext()
    {
        NestContext made = new();
        Registry.RegisterDialects(made);
        return made;
    }

    private Operation Read(NestContext into) =>
        AsmParser.Parse(into, SourceFile.FromBytes("bench.mlir", text)) ?? throw new InvalidOperationException("the generated module is wrong");
}

/// <summary>Passes, each over a fresh module, without verification in between.</summary>
[MemoryDiagnoser]
public class PassParts
{
    private NestContext context = null!;
    private Operation original = null!, module = null!;

    [Params(1_000, 100_000)]
    public int Operations { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        context = new NestContext();
        Registry.RegisterDialects(context);
        original = AsmParser.Parse(context, GeneratedModule.Arithmetic(Operations)) ?? throw new InvalidOperationException("the generated module is wrong");
    }

    [IterationSetup]
    public void Copy() => module = new Cloner(new OpBuilder(context).Detached()).Clone(original);

    [Benchmark]
    public bool Canonicalize() => Run("builtin.module(func.func(canonicalize))");

    [Benchmark]
    public bool Cse() => Run("builtin.module(func.func(cse))");

    private bool Run(string pipeline) =>
        new PassManager(PipelineParser.Parse(Registry.Passes(), context, pipeline)!) { VerifyEach = false, Threads = 1 }.Run(module);
}
