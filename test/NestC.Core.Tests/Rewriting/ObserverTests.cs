using NestC.IR;
using NestC.Rewriting;
using Xunit;

namespace NestC.Core.Tests.Rewriting;

public class ObserverTests
{
    private const string Body = """
        %1 = "toy.constant"() <{number = 1 : i32}> : () -> i32
        %a = "toy.add"(%x, %1) : (i32, i32) -> i32
        %b = "toy.add"(%a, %1) : (i32, i32) -> i32
        "toy.use"(%b) : (i32) -> ()
        return
        """;

    [Fact]
    public void TheTraceSaysEachAttemptAndItsReason()
    {
        Toy toy = new();
        Operation module = toy.ParseBody(Body);
        StringWriter text = new();
        toy.Canonicalize(module, new RewriteConfig { TopDown = true, Observer = new RewriteTracer(text) });
        string trace = text.ToString();
        Assert.Contains("iteration 1 over builtin.module", trace);
        Assert.Contains("try add-of-add on", trace);
        Assert.Contains("add-of-add does not match toy.add: the left side is not an addition but ", trace);
        Assert.Contains("add-of-add rewrote toy.add", trace);
        Assert.Contains("made ", trace);
        Assert.Contains("erase dead", trace);
    }

    [Fact]
    public void TracingChangesNothing()
    {
        Toy plain = new(), traced = new();
        Operation a = plain.ParseBody(Body), b = traced.ParseBody(Body);
        RewriteResult expected = plain.Canonicalize(a);
        RewriteResult result = traced.Canonicalize(b, new RewriteConfig
        {
            TopDown = true,
            RegionSimplification = RegionSimplification.Normal,
            Observer = new RewriteTracer(TextWriter.Null),
        });
        Assert.Equal(Toy.Print(a), Toy.Print(b));
        Assert.Equal(expected, result);
    }

    [Fact]
    public void StatisticsCountAttemptsAndApplications()
    {
        Toy toy = new();
        Operation module = toy.ParseBody(Body);
        RewriteStatistics statistics = new();
        toy.Canonicalize(module, new RewriteConfig { TopDown = true, Observer = statistics });
        RewriteStatistics.Row row = Assert.Single(statistics.Patterns);
        Assert.Equal("add-of-add", row.Pattern);
        Assert.Equal(1, row.Applied);
        Assert.True(row.Attempts > row.Applied);
        Assert.True(statistics.Dead >= 1);
    }

    [Fact]
    public void ProvenanceNamesPatternRootAndResult()
    {
        Toy toy = new();
        Operation module = toy.ParseBody(Body);
        Provenance provenance = new();
        toy.Canonicalize(module, new RewriteConfig { TopDown = true, Observer = provenance });
        Assert.Equal(["add-of-add: toy.add made toy.constant", "add-of-add: toy.add made toy.add"], provenance.Lines);
    }

    [Fact]
    public void ReasonsAreNotPutTogetherWhenNobodyListens()
    {
        Toy toy = new();
        Operation module = toy.ParseBody("\"t.a\"() : () -> ()\n return");
        int evaluated = 0;
        PatternSet patterns = new PatternSet().Add<Operation>("no", (op, rw) => rw.NoMatch(op, $"because of {++evaluated}"));
        toy.Apply(module, patterns);
        Assert.Equal(0, evaluated);
        toy.Apply(module, patterns, new RewriteConfig { Observer = new RewriteTracer(TextWriter.Null) });
        Assert.True(evaluated > 0);
    }

    private sealed class Provenance : IRewriteObserver
    {
        public List<string> Lines { get; } = [];

        public void Made(Pattern? pattern, Operation root, Operation created) => Lines.Add($"{pattern?.Name}: {root.Name} made {created.Name}");
    }
}
