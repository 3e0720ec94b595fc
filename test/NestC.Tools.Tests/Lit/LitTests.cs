using System.Diagnostics;
using NestC.TestKit;
using NestC.Tools.Lit;
using Xunit;

namespace NestC.Tools.Tests.Lit;

/// <summary>Runs every file of lit-tests in process, one test case each.</summary>
public sealed class LitTests : IDisposable
{
    private static readonly string s_root = Path.Combine(TestData.Checkout, "lit-tests");
    private readonly TemporaryFolder _output = new();

    public static TheoryData<string> Files
    {
        get
        {
            var files = new TheoryData<string>();
            foreach (LitTest test in LitTest.Discover(LitConfig.Load(s_root, "."), s_root)) files.Add(test.RelativePath);
            return files;
        }
    }

    public void Dispose() => _output.Dispose();

    [Theory]
    [MemberData(nameof(Files))]
    public void File_passes(string file)
    {
        LitConfig config = LitConfig.Load(s_root, _output.Path);
        LitTest test = Assert.Single(LitTest.Discover(config, Path.Combine(s_root, file)));
        LitResult result = LitRunner.Run(test, ToolRegistry.CreateDefault());
        Assert.False(result.IsFailure, $"{result.Code}: {file}\n{result.Output}");
    }

    /// <summary>LLVM's lit needs the tools as programs, so the file run here uses none but its own.</summary>
    [LlvmLitFact]
    public void LLVMs_lit_runs_shell_tests_unchanged()
    {
        var start = new ProcessStartInfo(Peer.Find("python3")!) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string arg in (string[])[LlvmLitFactAttribute.Find()!, "-v", Path.Combine(s_root, "Tools", "lit", "shell.test")]) start.ArgumentList.Add(arg);
        start.Environment["NEST_LIT_OUTPUT"] = _output.Path;
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output + error.Result);
        Assert.Contains("Passed", output);
    }
}

/// <summary>A test that runs LLVM's lit, and is skipped with a message when it is not installed.</summary>
public sealed class LlvmLitFactAttribute : FactAttribute
{
    public LlvmLitFactAttribute() =>
        Skip = Find() == null ? "needs python3 and, beside FileCheck-19, build/utils/lit/lit.py of LLVM's tools" : null;

    /// <summary>The script of lit that belongs to the installed FileCheck, or null.</summary>
    public static string? Find()
    {
        string? fileCheck = Peer.Find("FileCheck-19");
        if (fileCheck == null || Peer.Find("python3") == null) return null;
        string real = File.ResolveLinkTarget(fileCheck, returnFinalTarget: true)?.FullName ?? fileCheck;
        string script = Path.Combine(Path.GetDirectoryName(real)!, "..", "build", "utils", "lit", "lit.py");
        return File.Exists(script) ? script : null;
    }
}
