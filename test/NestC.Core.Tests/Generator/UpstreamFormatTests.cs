using System.Diagnostics;
using NestC.IR;
using NestC.Syntax;
using Xunit;

namespace NestC.Core.Tests.Generator;

/// <summary>Generated parsers and printers against upstream's syntax; the texts are what mlir-opt 19 prints.</summary>
public sealed class UpstreamFormatTests
{
    private static NestContext NewContext()
    {
        NestContext context = new() { AllowUnregisteredDialects = true };
        NestC.Builtin.BuiltinDialect.Register(context);
        Upstream.ArithDialect.Register(context);
        Upstream.MemRefDialect.Register(context);
        Upstream.TensorDialect.Register(context);
        Upstream.BufferizationDialect.Register(context);
        Upstream.IndexDialect.Register(context);
        Upstream.CfDialect.Register(context);
        Upstream.ScfDialect.Register(context);
        return context;
    }

    private const string Custom = """
        module {
          "test.wrap"() ({
          ^bb0(%arg0: f32, %arg1: i1, %arg2: index, %arg3: memref<4x?xf32>, %arg4: tensor<4x?xf32>, %arg5: i32, %arg6: vector<4xi32>):
            %0 = arith.addf %arg0, %arg0 : f32
            %1 = arith.addf %0, %arg0 fastmath<nnan,ninf> {tag} : f32
            %2 = arith.addf %0, %arg0 fastmath<fast> : f32
            %3 = arith.addi %arg5, %arg5 : i32
            %4 = arith.addi %arg5, %arg5 overflow<nsw, nuw> {other = 1 : i32, tag} : i32
            %5 = arith.cmpi slt, %arg5, %arg5 : i32
            %6 = arith.cmpi eq, %arg6, %arg6 : vector<4xi32>
            %7 = arith.truncf %arg0 : f32 to bf16
            %8 = arith.truncf %arg0 to_nearest_even {tag} : f32 to f16
            %9 = arith.select %arg1, %arg4, %arg4 : tensor<4x?xf32>
            %sum, %overflow = arith.addui_extended %arg5, %arg5 : i32, i1
            %10 = memref.load %arg3[%arg2, %arg2] : memref<4x?xf32>
            memref.store %10, %arg3[%arg2, %arg2] {nontemporal = true} : memref<4x?xf32>
            %alloc = memref.alloc(%arg2) {alignment = 64 : i64} : memref<4x?xf32>
            %alloc_0 = memref.alloc() : memref<4x4xf32>
            %alloc_1 = memref.alloc()[%arg2] : memref<4x4xf32, affine_map<(d0, d1)[s0] -> (d0 + s0, d1)>>
            memref.assume_alignment %alloc, 16 : memref<4x?xf32>
            %11 = memref.atomic_rmw addf %arg0, %arg3[%arg2, %arg2] : (f32, memref<4x?xf32>) -> f32
            %extracted = tensor.extract %arg4[%arg2, %arg2] : tensor<4x?xf32>
            %cast = tensor.cast %arg4 : tensor<4x?xf32> to tensor<?x?xf32>
            %12 = bufferization.to_tensor %arg3 restrict writable : memref<4x?xf32>
            %13 = bufferization.to_tensor %arg3 : memref<4x?xf32>
            %14 = index.cmp slt(%arg2, %arg2)
            %15 = index.add %arg2, %arg2
            cf.assert %arg1, "not \22so\22"
            cf.cond_br %arg1, ^bb1(%arg0 : f32), ^bb2
          ^bb1(%16: f32):  // pred: ^bb0
            cf.br ^bb3(%16, %arg5 : f32, i32)
          ^bb2:  // pred: ^bb0
            cf.br ^bb3(%arg0, %arg5 : f32, i32) {tag}
          ^bb3(%17: f32, %18: i32):  // 2 preds: ^bb1, ^bb2
            cf.br ^bb4
          ^bb4:  // pred: ^bb3
            "test.end"() : () -> ()
          }) : () -> ()
        }

        """;

    private static string Print(Operation op, bool generic = false)
    {
        Support.Utf8Writer writer = new();
        AsmPrinter.Print(op, writer, new PrintOptions { Generic = generic });
        return writer.ToString().TrimEnd('\n') + "\n";
    }

    private static Operation Parse(string text)
    {
        NestContext context = NewContext();
        List<string> errors = [];
        using IDisposable handler = context.Diagnostics.PushHandler(d => errors.Add($"{d.Code}: {d.Message}"));
        Operation? op = AsmParser.Parse(context, text);
        Assert.Equal([], errors);
        Assert.True(Verifier.Verify(op!), string.Join("\n", errors));
        return op!;
    }

    [Fact]
    public void CustomFormIsUpstreams() => Assert.Equal(Custom, Print(Parse(Custom)).Replace("#map>", "affine_map<(d0, d1)[s0] -> (d0 + s0, d1)>>").Replace("#map = affine_map<(d0, d1)[s0] -> (d0 + s0, d1)>\n", ""));

    [Fact]
    public void GenericFormComesBack()
    {
        Operation op = Parse(Custom);
        Assert.Equal(Print(op), Print(Parse(Print(op, generic: true))));
    }

    [Fact]
    public void MlirOptPrintsTheSame()
    {
        if (MlirOpt(Custom) is not { } printed) return;
        Assert.Equal(printed.TrimEnd('\n'), Print(Parse(Custom)).TrimEnd('\n'));
        Assert.Equal(MlirOpt(Custom, "--mlir-print-op-generic")!.TrimEnd('\n'), Print(Parse(Custom), generic: true).TrimEnd('\n'));
    }

    // What mlir-opt prints, or null where there is none.
    private static string? MlirOpt(string input, params string[] flags)
    {
        ProcessStartInfo start = new("mlir-opt-19") { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add("--allow-unregistered-dialect");
        foreach (string flag in flags) start.ArgumentList.Add(flag);
        try
        {
            using Process process = Process.Start(start)!;
            process.StandardInput.Write(input);
            process.StandardInput.Close();
            string text = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? text : throw new InvalidOperationException("mlir-opt rejects the test's input");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Wrong inputs, with the place and text of mlir-opt's message.</summary>
    [Theory]
    [InlineData("arith.addf %f, : f32", 24, "expected SSA operand")]
    [InlineData("arith.truncf %f : f32 f16", 32, "custom op 'arith.truncf' expected 'to'")]
    [InlineData("arith.cmpi foo, %i, %i : i32", 21, "custom op 'arith.cmpi' expected string or keyword containing one of the following enum values for attribute 'predicate' [eq, ne, slt, sle]")]
    [InlineData("arith.cmpi \"foo\", %i, %i : i32", 21, "custom op 'arith.cmpi' invalid predicate attribute specification: \"foo\"")]
    [InlineData("arith.addf %f, %f {fastmath = 3 : i32} : f32", 28, "custom op 'arith.addf' 'arith.addf' op attribute 'fastmath' failed to satisfy constraint: Floating point fast math flags")]
    [InlineData("arith.addf %f, %f : i32", 21, "use of value '%f' expects different type than prior uses: 'i32' vs 'f32'")]
    [InlineData("arith.addi %f, %f : f32", 10, "'arith.addi' op operand #0 must be signless-integer-like, but got 'f32'")]
    public void ErrorsAreUpstreams(string op, int column, string message)
    {
        NestContext context = NewContext();
        List<NestC.Diagnostics.Diagnostic> errors = [];
        using IDisposable handler = context.Diagnostics.PushHandler(errors.Add);
        string text = "\"t.w\"() ({\n^bb0(%f: f32, %i: i32):\n    %0 = " + op + "\n \"t.e\"() : () -> ()\n}) : () -> ()";
        if (AsmParser.Parse(context, text) is { } parsed) Verifier.Verify(parsed);
        NestC.Diagnostics.Diagnostic first = errors[0];
        Assert.Equal(message, first.Message);
        NestC.Diagnostics.LocationPlace place = NestC.Diagnostics.LocationPlace.Of(context, first.Location);
        Assert.Equal((3, column), (place.Line, place.Column));
    }

    [Theory]
    [InlineData("\"arith.addi\"(%i) : (i32) -> i32", "'arith.addi' op expected 2 operands, but found 1")]
    [InlineData("\"arith.addi\"(%i, %i) : (i32, i32) -> ()", "'arith.addi' op requires one result")]
    [InlineData("\"arith.addi\"(%i, %i) ({}) : (i32, i32) -> i32", "'arith.addi' op requires zero regions")]
    [InlineData("\"arith.addi\"(%i, %i) : (i32, i32) -> i64", "'arith.addi' op requires the same type for all operands and results")]
    [InlineData("\"arith.addi\"(%i, %i) : (i32, i32) -> f32", "'arith.addi' op result #0 must be signless-integer-like, but got 'f32'")]
    [InlineData("\"arith.cmpi\"(%i, %i) : (i32, i32) -> i1", "'arith.cmpi' op requires attribute 'predicate'")]
    [InlineData("\"arith.cmpi\"(%i, %i) {predicate = 77 : i64} : (i32, i32) -> i1", "'arith.cmpi' op attribute 'predicate' failed to satisfy constraint: allowed 64-bit signless integer cases: 0, 1, 2, 3")]
    [InlineData("\"arith.cmpi\"(%i, %i) <{predicate = 7 : i32}> : (i32, i32) -> i1", "invalid properties {predicate = 7 : i32} for op arith.cmpi: Invalid attribute `predicate` in property conversion: 7 : i32")]
    [InlineData("\"arith.cmpi\"(%i, %i) <{predicate = 1 : i64}> : (i32, i32) -> vector<2xi1>", "'arith.cmpi' op failed to verify that result type has i1 element type and same shape as operands")]
    [InlineData("\"arith.select\"(%c, %i, %f) : (i1, i32, f32) -> i32", "'arith.select' op failed to verify that all of {true_value, false_value, result} have same type")]
    [InlineData("\"memref.load\"() : () -> f32", "'memref.load' op expected 1 or more operands, but found 0")]
    [InlineData("\"memref.load\"(%m, %c) : (memref<3xf32>, i1) -> f32", "'memref.load' op operand #1 must be variadic of index, but got 'i1'")]
    [InlineData("\"cf.cond_br\"(%c)[^bb1] : (i1) -> ()", "'cf.cond_br' op requires 2 successors but found 1")]
    [InlineData("\"cf.cond_br\"(%c)[^bb1, ^bb1] : (i1) -> ()", "'cf.cond_br' op operand count (1) does not match with the total size (0) specified in attribute 'operandSegmentSizes'")]
    [InlineData("\"cf.cond_br\"(%c)[^bb1, ^bb1] <{operandSegmentSizes = array<i32: 1, 0, -1>}> : (i1) -> ()", "'cf.cond_br' op 'operandSegmentSizes' attribute cannot have negative elements")]
    [InlineData("\"cf.assert\"(%c) {msg = 3 : i32} : (i1) -> ()", "'cf.assert' op attribute 'msg' failed to satisfy constraint: string attribute")]
    public void VerificationIsUpstreams(string op, string message)
    {
        NestContext context = NewContext();
        List<string> errors = [];
        using IDisposable handler = context.Diagnostics.PushHandler(d => errors.Add(d.Message));
        string text = "\"t.w\"() ({\n^bb0(%f: f32, %i: i32, %c: i1, %m: memref<3xf32>):\n    " + (op.Contains("-> ()") ? "" : "%0 = ") + op
            + (op.StartsWith("\"cf.cond", StringComparison.Ordinal) ? "\n^bb1:" : "") + "\n \"t.e\"() : () -> ()\n}) : () -> ()";
        if (AsmParser.Parse(context, text.Replace("%0 = \"arith.addi\"(%i, %i) : (i32, i32) -> ()", "\"arith.addi\"(%i, %i) : (i32, i32) -> ()")) is { } parsed)
            Verifier.Verify(parsed);
        Assert.Equal(message, errors[0]);
    }
}
