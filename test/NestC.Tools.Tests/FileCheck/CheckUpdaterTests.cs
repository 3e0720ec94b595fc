using System.Text;
using NestC.TestKit;
using NestC.Tools.FileCheck;
using NestC.Tools.Lit;
using Xunit;

namespace NestC.Tools.Tests.FileCheck;

public sealed class CheckUpdaterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Updates a test whose tool prints a fixed text, and returns the new text or the error.</summary>
    private string Update(string test, string output, int exitCode = 0)
    {
        string path = _folder.Write("t.mlir", test);
        ToolRegistry tools = ToolRegistry.CreateDefault();
        tools.Add("stub", (args, _, stdout, stderr, _) =>
        {
            stdout.Write(Encoding.UTF8.GetBytes(args.Length > 1 && args[1] == "--upper" ? output.Replace("add", "sub") : output));
            stderr.Write("broken\n"u8);
            return exitCode;
        });
        using var error = new MemoryStream();
        int code = NestCheckCommand.Run(["--update", "t.mlir"], Stream.Null, Stream.Null, error, _folder.Path, tools);
        if (code != 0) return Encoding.UTF8.GetString(error.ToArray());
        string updated = File.ReadAllText(path);
        // What was generated passes, and a second update changes nothing.
        LitConfig config = LitConfig.Load(path, Path.Combine(_folder.Path, "out"));
        LitResult result = LitRunner.Run(LitTest.Discover(config, path)[0], tools);
        Assert.True(result.Outcome == LitOutcome.Pass, result.Output);
        Assert.Equal(0, NestCheckCommand.Run(["--update", "t.mlir"], Stream.Null, Stream.Null, Stream.Null, _folder.Path, tools));
        Assert.Equal(updated, File.ReadAllText(path));
        return updated;
    }

    private const string Module = """
        module {
          func.func @f(%arg0: i32, %x: i32) -> i32 {
            %0 = arith.add %arg0, %x : i32
            %1 = arith.add %0, %0 {s = "%0 [[ {{ "} : i32
            %2:2 = "a.b"(%1) : (i32) -> (i32, i32)
            return %2#1 : i32
          }
          func.func private @g(i32)
        }


        """;

    [Fact]
    public void Functions_get_blocks_with_named_captures() => Snapshot.Match(Update("""
        // RUN: stub %s | FileCheck %s

        // CHECK-LABEL: stale
        // CHECK-NEXT: stale
        func.func @f(%a: i32, %b: i32) -> i32 {
          return %a : i32
        }

          // A comment stays.
          func.func private @g(i32)
        """ + "\n", Module));

    [Fact]
    public void Prefixes_get_their_own_blocks() => Snapshot.Match(Update("""
        // RUN: stub %s | FileCheck %s --check-prefix=ONE
        // RUN: stub %s --upper | FileCheck %s --check-prefix=TWO
        func.func @f(%a: i32) {
        }
        func.func private @g(i32)
        """ + "\n", Module));

    [Fact]
    public void Output_without_functions_goes_below_the_run_lines() => Snapshot.Match(Update("""
        # RUN: stub %s | FileCheck %s
        source
        """ + "\n", "Pass statistics\n  (S) 3 folds\n"));

    [Fact]
    public void Different_outputs_for_one_prefix_are_an_error() =>
        Assert.Contains("give each its own prefix", Update("// RUN: stub %s | FileCheck %s\n// RUN: stub %s --upper | FileCheck %s\n", Module));

    [Fact]
    public void A_failing_tool_is_an_error_with_its_message() =>
        Assert.Equal("t.mlir: error: line 1: the command exits with 1\nbroken\n", Update("// RUN: stub %s | FileCheck %s\n", Module, 1));

    [Fact]
    public void A_test_without_FileCheck_is_an_error() =>
        Assert.Contains("no RUN line checks the test itself", Update("// RUN: stub %s\n", Module));
}
