using NestC.Diagnostics;
using NestC.IR;
using NestC.Syntax;
using Xunit;

namespace NestC.Core.Tests.Diagnostics;

public sealed class InternalFaultTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("nest-fault").FullName;

    public void Dispose() => Directory.Delete(folder, true);

    private (int Exit, List<Diagnostic> Said) Run(Func<int> work, SourceFile? input = null, params string[] arguments)
    {
        NestContext context = new();
        List<Diagnostic> said = [];
        using IDisposable handler = context.Diagnostics.PushHandler(said.Add);
        return (new InternalFault("nest-opt", arguments) { Folder = folder }.Run(context, work, () => input), said);
    }

    private static int BreakDown() => throw new InvalidCastException("unable to cast object of type 'A' to 'B'");

    [Fact]
    public void AnUnexpectedExceptionIsOneDiagnosticAndAReproducer()
    {
        SourceFile input = SourceFile.FromText("in.mlir", "\"test.op\"() : () -> ()\n");
        (int exit, List<Diagnostic> said) = Run(BreakDown, input, "in.mlir", "--cse", "--pass-pipeline=builtin.module(a b)");
        Assert.Equal(3, exit);
        Diagnostic error = Assert.Single(said);
        Assert.Equal("NEST9001", error.Code);
        Assert.Equal("internal error in nest-opt: InvalidCast in InternalFaultTests.BreakDown", error.Message);
        string path = Assert.Single(Directory.GetFiles(folder));
        Assert.Matches(@"^nestc-crash-[0-9a-f]{16}\.mlir$", Path.GetFileName(path));
        Assert.Contains(path, error.Help);
        string text = File.ReadAllText(path);
        Assert.Contains("//   nest-opt %s --cse '--pass-pipeline=builtin.module(a b)'\n", text);
        Assert.Contains("unable to cast object", text);
        Assert.EndsWith("\n\n\"test.op\"() : () -> ()\n", text);
        // Everything before the input is a comment, so the file is an input itself.
        Assert.All(text[..text.IndexOf("\n\n", StringComparison.Ordinal)].Split('\n'), line => Assert.StartsWith("//", line));
    }

    [Fact]
    public void TheSameFaultHasTheSameNameAndAnotherInputAnotherOne()
    {
        Run(BreakDown, SourceFile.FromText("a", "1"));
        Run(BreakDown, SourceFile.FromText("b", "1"));
        Assert.Single(Directory.GetFiles(folder));
        Run(BreakDown, SourceFile.FromText("a", "2"));
        Assert.Equal(2, Directory.GetFiles(folder).Length);
    }

    [Fact]
    public void InputAndOutputErrorsAreTheUsers()
    {
        (int exit, List<Diagnostic> said) = Run(() => throw new FileNotFoundException("Could not find file 'x.mlir'."));
        Assert.Equal(1, exit);
        Assert.Equal(("NEST8001", "Could not find file 'x.mlir'."), (Assert.Single(said).Code, said[0].Message));
        Assert.Empty(Directory.GetFiles(folder));
    }

    [Fact]
    public void RunningOutOfMemoryIsSaidPlainly()
    {
        (int exit, List<Diagnostic> said) = Run(() => throw new OutOfMemoryException());
        Assert.Equal(3, exit);
        Assert.Equal("NEST9002", Assert.Single(said).Code);
    }

    [Fact]
    public void WithoutAFaultTheExitCodeIsTheWorks()
    {
        (int exit, List<Diagnostic> said) = Run(() => ExitCode.Policy);
        Assert.Equal(4, exit);
        Assert.Empty(said);
    }

    [Fact]
    public void ABrokenInputCallbackDoesNotHideTheFault()
    {
        NestContext context = new();
        List<Diagnostic> said = [];
        using IDisposable handler = context.Diagnostics.PushHandler(said.Add);
        int exit = new InternalFault("nest-opt", []) { Folder = folder }.Run(context, BreakDown, () => throw new InvalidOperationException());
        Assert.Equal(3, exit);
        Assert.Single(said);
    }
}
