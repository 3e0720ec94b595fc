using NestC.Builtin;
using NestC.Diagnostics;
using NestC.IR;
using NestC.Syntax;
using Xunit;
using static NestC.Core.Tests.Diagnostics.Rendering;

namespace NestC.Core.Tests.Diagnostics;

public class LocationPlaceTests
{
    private sealed class Composite(bool callSite, params LocationAttr[] parts) : LocationAttr(Interlocked.Increment(ref made)), ICompositeLocation
    {
        private static int made;

        public int PartCount => parts.Length;

        public LocationAttr Part(int index) => parts[index];

        public bool IsCallSite => callSite;

        protected override bool SameStructure(Interned other) => other == this;

        public override void PrintBody(AsmPrinter printer) => printer.Out.Write("composite"u8);
    }

    private static readonly NestContext context = new();

    private static LocationAttr File(string name, int line) => FileLineColLoc.Get(context, name, line, 1);

    private static LocationAttr CallSite(LocationAttr callee, LocationAttr caller) => context.Intern(new Composite(true, callee, caller));

    private static LocationAttr Fused(params LocationAttr[] parts) => context.Intern(new Composite(false, parts));

    private static string Said(LocationAttr location) => Text(context, new Diagnostic(Severity.Error, "", context.Handle(location), "m"));

    // The expected texts are what mlir-opt 19 prints for an error at such a location.

    [Fact]
    public void AFusedLocationIsItsFirstPlace() => Assert.Equal(
        "q:1:1: error: m\n", Said(Fused(LocationAttr.Unknown(context), Fused(File("q", 1)), File("z", 4))));

    [Fact]
    public void ACallSiteIsItsCalleeAndTheCallersFollow()
    {
        Assert.Equal("a:1:1: error: m\nb:3:1: note: called from\n", Said(CallSite(File("a", 1), File("b", 3))));
        Assert.Equal("b:3:1: error: m\nb:3:1: note: called from\n", Said(CallSite(LocationAttr.Unknown(context), File("b", 3))));
        Assert.Equal("a:1:1: error: m\n<unknown>:0: note: called from\n", Said(CallSite(File("a", 1), LocationAttr.Unknown(context))));
        Assert.Equal("a:1:1: error: m\nb:3:1: note: called from\nc:5:1: note: called from\n",
            Said(CallSite(File("a", 1), CallSite(File("b", 3), File("c", 5)))));
        Assert.Equal("a:1:1: error: m\nc:5:1: note: called from\n", Said(CallSite(CallSite(File("a", 1), File("b", 3)), File("c", 5))));
        Assert.Equal("q:1:1: error: m\nb:3:1: note: called from\n", Said(Fused(File("q", 1), CallSite(File("a", 1), File("b", 3)))));
    }

    [Fact]
    public void WithoutAnyPlaceTheLocationIsWrittenOut() =>
        Assert.Equal("<unknown>:0: error: loc(composite): m\n", Said(Fused(LocationAttr.Unknown(context))));

    [Fact]
    public void LocationsMayNestDeeply()
    {
        LocationAttr location = File("deep", 1);
        for (int i = 0; i < 200_000; i++) location = Fused(LocationAttr.Unknown(context), location);
        Assert.Equal("deep:1:1: error: m\n", Said(location));
    }

    [Fact]
    public void OnlyTenCallersAreShown()
    {
        LocationAttr location = File("f", 99);
        for (int i = 98; i > 70; i--) location = CallSite(File("f", i), location);
        Assert.Equal(11, Said(location).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }
}
