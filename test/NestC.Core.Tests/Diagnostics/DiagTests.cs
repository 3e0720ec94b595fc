using NestC.Diagnostics;
using NestC.IR;
using Xunit;

namespace NestC.Core.Tests.Diagnostics;

public class DiagTests
{
    private sealed record Subject(string Name) : IDiagnosticSubject
    {
        public Location Location => Location.Unknown;
    }

    private static List<Diagnostic> Say(Func<Diag, bool> verify, bool expected)
    {
        DiagnosticEngine engine = new();
        List<Diagnostic> said = [];
        using (engine.PushHandler(said.Add)) Assert.Equal(expected, verify(new Diag(engine, new Subject("graph.concat"))));
        return said;
    }

    [Fact]
    public void ABrokenRuleNamesTheOpAndTheRule()
    {
        long axis = 7;
        Diagnostic error = Assert.Single(Say(d => d.Require(axis < 2, "C1", $"axis {axis} is out of range for rank {2}"), false));
        Assert.Equal("'graph.concat' op axis 7 is out of range for rank 2 [C1]", error.Message);
        Assert.Equal("NEST2001", error.Code);
    }

    [Fact]
    public void UpstreamOpsHaveNoRuleInTheirText()
    {
        Assert.Equal("'graph.concat' op expected 2 operands", Assert.Single(Say(d => d.Require(false, $"expected {2} operands"), false)).Message);
        Assert.Equal("'graph.concat' op expected 2 operands", Assert.Single(Say(d => d.Require(false, null, "expected 2 operands"), false)).Message);
    }

    [Fact]
    public void NothingIsEvaluatedWhenTheRuleHolds()
    {
        int evaluated = 0;
        Assert.Empty(Say(d => d.Require(true, "C1", $"never {evaluated++}"), true));
        Assert.Equal(0, evaluated);
        Say(d => d.Require(false, "C1", $"once {evaluated++}"), false);
        Assert.Equal(1, evaluated);
    }

    [Fact]
    public void ARuleThatHoldsAllocatesNothing()
    {
        Diag d = new(new DiagnosticEngine(), new Subject("a.b"));
        bool Check(long axis) => d.Require(axis >= 0, "C1", $"axis {axis} is negative");
        Assert.True(Check(1));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++) Check(i);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void NumbersDoNotDependOnTheCulture()
    {
        double half = 0.5;
        Assert.EndsWith("0.5 and 1.50", Assert.Single(Say(d => d.Require(false, $"{half} and {1.5:F2}"), false)).Message);
    }

    [Fact]
    public void WarningsDoNotFail() => Assert.Equal(Severity.Warning, Assert.Single(Say(d => d.Warning("NEST2001", "odd"), true)).Severity);

    [Fact]
    public void AVerdictCanBeRequired()
    {
        Assert.Empty(Say(d => d.Require(Verdict.Yes), true));
        Diagnostic error = Assert.Single(Say(d => d.Require(Verdict.No("NEST5004", "K <= 512", 768, 512, "legal if K <= 512")), false));
        Assert.Equal("'graph.concat' op K <= 512 does not hold: it is 768, the limit is 512", error.Message);
        Assert.Equal("legal if K <= 512", error.Help);
    }
}
