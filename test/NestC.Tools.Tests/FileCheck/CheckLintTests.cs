using NestC.TestKit;
using NestC.Tools.FileCheck;
using NestC.Tools.Lit;
using Xunit;

namespace NestC.Tools.Tests.FileCheck;

public sealed class CheckLintTests
{
    [Theory]
    [InlineData("// CHECK: a", "1 no-run")]
    [InlineData("// RUN: nest-opt %s", "1 run-without-check")]
    [InlineData("// RUN: nest-opt %s > /dev/null", "1 run-without-check")]
    [InlineData("// RUN: nest-opt %s --verify-diagnostics", "")]
    [InlineData("// RUN: not nest-opt %s", "")]
    [InlineData("// RUN: nest-opt %s -o %t\n// RUN: diff %t %s", "")]
    [InlineData("// RUN: rm -rf %t\n// RUN: nest-opt %s | FileCheck %s\n// CHECK: a", "")]
    [InlineData("// RUN: nest-opt %s | FileCheck %s\n", "1 empty-prefix")]
    [InlineData("// RUN: nest-opt %s | FileCheck %s --check-prefixes=CHECK,B\n// CHECK: a", "1 empty-prefix")]
    [InlineData("// RUN: nest-opt %s | FileCheck %s\n// CHECK-NOT: a", "1 only-not")]
    [InlineData("// RUN: nest-opt %s | FileCheck %s --check-prefix=A\n// A: x\n// CHECK: a", "3 unused-prefix")]
    [InlineData("// RUN: nest-opt %s | FileCheck %s\n// CHECK: a\n// OTHER-NEXT: a", "3 unused-prefix")]
    [InlineData("// RUN: nest-opt %s | FileCheck %s\n// CHECK: a\n// CHEK: a", "3 misspelt")]
    [InlineData("// RUN: nest-opt %s | FileCheck %s\n// CHECK: a\n// CHECK_NEXT: a", "3 misspelt")]
    [InlineData("// RUN: nest-opt %s | FileCheck %s\n// CHECK: a\n// CHECK-LABLE: a", "3 misspelt")]
    [InlineData("// RUN: nest-opt %s | FileCheck %s\n// CHECK: a\n// CHECK-NEXT a", "3 misspelt")]
    [InlineData("// RUN: nest-opt %s | FileCheck %s\n// CHECK: a\n// CHECK-NEXT : a", "3 misspelt")]
    [InlineData("// RUN: nest-opt %s | FileCheck %s\n// CHECK: a\n// NOTE: Checks nothing else.\n// TODO: more\nfunc.func @CHECK()", "")]
    [InlineData("// RUN: nest-opt %s | FileCheck %s\n// CHECK-LABEL: a\n// CHECK-COUNT-2: b\n// CHECK-NEXT{LITERAL}: c", "")]
    [InlineData("// RUN: split-file %s %t\n// RUN: nest-opt %t/a | FileCheck %t/b\n//--- a\nx\n//--- b\n// CHECK: x", "")]
    public void Findings(string test, string expected)
    {
        List<LintFinding> findings = CheckLint.Run(test + "\n");
        Assert.Equal(expected, string.Join(", ", findings.ConvertAll(static f => $"{f.Line} {f.Rule}")));
    }

    [Fact]
    public void Command_names_the_place_and_fails()
    {
        using var folder = new TemporaryFolder();
        folder.Write("t.mlir", "// RUN: nest-opt %s | FileCheck %s\n// CHECK: a\n// CHEK-NEXT: b\n");
        using var output = new MemoryStream();
        Assert.Equal(1, NestCheckCommand.Run(["--lint", "t.mlir"], Stream.Null, output, Stream.Null, folder.Path));
        Assert.Equal("t.mlir:3: warning: 'CHEK-NEXT' is no directive: did you mean 'CHECK-NEXT'? [misspelt]\n",
            System.Text.Encoding.UTF8.GetString(output.ToArray()));
    }

    public static TheoryData<string> LitTests
    {
        get
        {
            string root = Path.Combine(TestData.Checkout, "lit-tests");
            var files = new TheoryData<string>();
            foreach (LitTest test in LitTest.Discover(LitConfig.Load(root, "."), root)) files.Add(test.RelativePath);
            return files;
        }
    }

    [Theory]
    [MemberData(nameof(LitTests))]
    public void Our_own_tests_check_something(string file)
    {
        List<LintFinding> findings = CheckLint.Run(File.ReadAllText(Path.Combine(TestData.Checkout, "lit-tests", file)));
        Assert.True(findings.Count == 0, string.Join("\n", findings.ConvertAll(f => $"{file}:{f.Line}: {f.Message} [{f.Rule}]")));
    }
}
