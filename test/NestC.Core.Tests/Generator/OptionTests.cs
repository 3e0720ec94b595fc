using NestC.TestKit;
using Xunit;

namespace NestC.Core.Tests.Generator;

/// <summary>What the generator writes for the options of passes.</summary>
public sealed class OptionTests
{
    private const string Source = """
        using NestC.Passes;

        namespace Sample;

        public enum Order { ProgramOrder, Reverse }

        public abstract partial class CountingPass : Pass
        {
            [Option("limit", "Stop there")] public long Limit { get; init; } = 8;
        }

        [Pass("sample-count", "Counts operations")]
        public sealed partial class CountPass : CountingPass
        {
            [Option("order", "Which \"way\"")] public Order Order { get; init; }

            [Option("names", "Those alone")] public string[] Names { get; init; } = [];

            public int NoOption { get; init; }

            protected override void Run(Operation op, PassContext ctx) { }
        }
        """;

    [Fact]
    public void OptionsOfAPassAndItsBase()
    {
        GeneratorRun run = GeneratorRun.Of(Source);
        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.CompilerErrors());
        Snapshot.Match(run.Text("Sample.CountPassOptions"));
    }

    [Fact]
    public void AClassThatIsNotPartialIsReportedOnce()
    {
        GeneratorRun run = GeneratorRun.Of(Source.Replace("sealed partial class CountPass", "sealed class CountPass"));
        Assert.Equal("NEST0001", Assert.Single(run.Diagnostics).Id);
    }

    [Fact]
    public void AnEditElsewhereReadsNothingAnew()
    {
        GeneratorRun run = GeneratorRun.Of(Source, trackSteps: true).Edit(2, text => text.Replace("=> 1", "=> 2"));
        var steps = run.Driver.GetRunResult().Results[0].TrackedSteps[Generators.NestGenerator.OptionStep];
        Assert.All(steps.SelectMany(s => s.Outputs),
            o => Assert.True(o.Reason is Microsoft.CodeAnalysis.IncrementalStepRunReason.Cached or Microsoft.CodeAnalysis.IncrementalStepRunReason.Unchanged, o.Reason.ToString()));
    }
}
