using Microsoft.CodeAnalysis;
using NestC.Generators;
using Xunit;

namespace NestC.Core.Tests.Generator;

/// <summary>An edit regenerates what depends on it, and nothing else.</summary>
public sealed class IncrementalTests
{
    private const string Source = """
        namespace Sample;
        [Dialect("sample")] public sealed partial class SampleDialect(NestContext context) : Dialect(context, "sample");
        [EnumAttr("sample.bank")] public enum Bank { Near, Far }
        /// <summary>First.</summary>
        [Op("sample.a", Format = "$in attr-dict `:` type($in)")] public sealed partial class FirstOp : Operation { [Operand<Float>] public partial Value In { get; } }
        [Op("sample.b")] public sealed partial class SecondOp : Operation { [Prop] public partial long Axis { get; } }
        """;

    private static IncrementalStepRunReason[] Reasons(GeneratorRun run, string step) =>
        [.. run.Driver.GetRunResult().Results[0].TrackedSteps[step].SelectMany(s => s.Outputs).Select(o => o.Reason)];

    private static IncrementalStepRunReason[] OutputReasons(GeneratorRun run) =>
        [.. run.Driver.GetRunResult().Results[0].TrackedOutputSteps.SelectMany(p => p.Value).SelectMany(s => s.Outputs).Select(o => o.Reason)];

    [Fact]
    public void AnEditElsewhereRegeneratesNothing()
    {
        GeneratorRun run = GeneratorRun.Of(Source, trackSteps: true).Edit(2, text => text.Replace("=> 1", "=> 2"));
        Assert.All(Reasons(run, NestGenerator.OpStep), r => Assert.True(r is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged));
        Assert.All(OutputReasons(run), r => Assert.Equal(IncrementalStepRunReason.Cached, r));
    }

    [Fact]
    public void ALineAboveRegeneratesNoOperation()
    {
        GeneratorRun run = GeneratorRun.Of(Source, trackSteps: true).Edit(1, text => text.Replace("namespace Sample;", "namespace Sample;\n\n// more\n"));
        Assert.All(Reasons(run, NestGenerator.OpModelStep), r => Assert.True(r is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged));
    }

    [Fact]
    public void AChangedOperationAloneIsRegenerated()
    {
        GeneratorRun run = GeneratorRun.Of(Source, trackSteps: true).Edit(1, text => text.Replace("long Axis", "int Axis"));
        Assert.Equal([IncrementalStepRunReason.Cached, IncrementalStepRunReason.Modified], Reasons(run, NestGenerator.OpModelStep));
        Assert.Contains("private int _axis;", run.Text("Sample.SecondOp"));
    }

    [Fact]
    public void TwoRunsWriteTheSame()
    {
        GeneratorRun a = GeneratorRun.Of(Source), b = GeneratorRun.Of(Source);
        Assert.Equal(
            a.Driver.GetRunResult().GeneratedTrees.Select(t => t.FilePath + t),
            b.Driver.GetRunResult().GeneratedTrees.Select(t => t.FilePath + t));
    }
}
