using System.Text;
using NestC.Core.Tests.Corpus;
using NestC.Diagnostics;
using NestC.IR;
using NestC.Syntax;
using Xunit;

namespace NestC.Core.Tests.Limits;

/// <summary>Absurd inputs get the right answer or a clear diagnostic, in bounded memory, on the stack of any thread.</summary>
public class AbsurdInputTests
{
    private const long Megabyte = 1 << 20;

    [Theory]
    [InlineData("\"a.b\"() ({\n", "}) : () -> ()\n", 10_000)]
    [InlineData("module {\n", "}\n", 10_000)]
    [InlineData("\"a.b\"() {x = ", "} : () -> ()\n", 1)]
    public void NestedRegionsOnASmallStack(string open, string close, int depth) => OnSmallStack(() =>
    {
        string text = Repeat(open, depth) + (depth == 1 ? Repeat("[", 10_000) + Repeat("]", 10_000) : "") + Repeat(close, depth);
        Ir ir = Ir.Read(text);
        Assert.True(ir.Accepted, ir.FirstError);
        byte[] generic = ir.Print(Ir.Generic);
        Ir again = Ir.Read(generic);
        Assert.True(again.Accepted, again.FirstError);
        Assert.True(generic.AsSpan().SequenceEqual(again.Print(Ir.Generic)));
        Assert.Equal(depth, Count(generic, open.StartsWith("module") ? "builtin.module" : "a.b") - (open.StartsWith("module") && depth == 1 ? 1 : 0));
    });

    [Fact]
    public void NestedTypesOnASmallStack() => OnSmallStack(() =>
    {
        Ir ir = Ir.Read($"\"a.b\"() {{x = {Repeat("tuple<", 10_000)}i32{Repeat(">", 10_000)}}} : () -> ()");
        Assert.True(ir.Accepted, ir.FirstError);
        Assert.Equal(10_000, Count(ir.Print(Ir.Generic), "tuple<"));
    });

    [Theory]
    [InlineData("\"a.b\"() ({\n")]
    [InlineData("\"a.b\"() {x = [[[[[[[[[[")]
    [InlineData("\"a.b\"() : () -> tuple<tuple<tuple<tuple<")]
    [InlineData("#a = affine_map<(d0) -> (((((((((")]
    [InlineData("#a = loc(callsite(callsite(callsite(")]
    [InlineData("#a = dense<[[[[[[[[[")]
    [InlineData("#a = #foo<(((((((((((")]
    public void EndlessNestingIsAnError(string start) => OnSmallStack(() =>
    {
        string repeated = start.StartsWith("\"a.b\"() ({", StringComparison.Ordinal) ? start : start[^1..];
        Ir ir = Ir.Read(start + Repeat(start.EndsWith("tuple<", StringComparison.Ordinal) ? "tuple<" : start.EndsWith("callsite(", StringComparison.Ordinal) ? "callsite(" : repeated, 120_000));
        Assert.False(ir.Accepted);
        Assert.NotEmpty(ir.Errors);
        Assert.InRange(ir.Errors.Count, 1, 100);
    });

    [Fact]
    public void ALineOf100MegabytesIsRead()
    {
        byte[] text = new byte[100 * Megabyte];
        text.AsSpan().Fill((byte)'x');
        "\"a.b\"() {s = \""u8.CopyTo(text);
        "\"} : () -> ()\n"u8.CopyTo(text.AsSpan(text.Length - 14));
        Ir ir = Ir.Read(text);
        Assert.True(ir.Accepted, ir.FirstError);
        Assert.InRange(ir.Print(Ir.Generic).LongLength, text.Length, text.Length + 100);
    }

    [Fact]
    public void AnErrorInALineOf100MegabytesIsShownShort()
    {
        byte[] text = new byte[100 * Megabyte];
        text.AsSpan().Fill((byte)' ');
        "\"a.b\"() : () -> () )"u8.CopyTo(text.AsSpan(text.Length - 1000));
        NestContext context = Ir.NewContext();
        using MemoryStream said = new();
        DiagnosticRenderer renderer = DiagnosticRenderer.Create(DiagnosticFormat.Text, context, said, ColorMode.Never, "test");
        using (context.Diagnostics.PushHandler(renderer.Render)) Assert.Null(AsmParser.Parse(context, SourceFile.FromBytes("long", text)));
        renderer.Finish();
        Assert.Contains($"long:1:{text.Length - 1000 + 19}: error", Encoding.UTF8.GetString(said.ToArray()));
        Assert.InRange(said.Length, 10, 10_000);
    }

    [Theory]
    [InlineData("\"a.b\"()\0 : () -> ()", true)]
    [InlineData("\0", true)]
    [InlineData("\"a\0b\"() : () -> ()", false)]
    [InlineData("\"a.b\"() {x = \"a\0b\"} : () -> ()", true)]
    [InlineData("\"a.b\"() {x = \"\xFF\xC0\x80\"} : () -> ()", true)]
    [InlineData("\"a.b\"() {x\xFF = 1} : () -> ()", false)]
    [InlineData("\xFF\xFE\"a.b\"() : () -> ()", false)]
    [InlineData("// \xFF \xC0\n\"a.b\"() : () -> ()", true)]
    [InlineData("\"a.b\"() {x = \"abc} : () -> ()\n", false)]
    [InlineData("\"a.b\"() {x = \"abc\\", false)]
    [InlineData("\"a.b\"() {x = \"", false)]
    [InlineData("#a = #a\n\"a.b\"() {x = #a} : () -> ()", false)]
    [InlineData("!a = tuple<!a>\n\"a.b\"() : () -> !a", false)]
    [InlineData("#loc = loc(#loc)\n\"a.b\"() : () -> () loc(#loc)", false)]
    [InlineData("\"a.b\"() : () -> tensor<9223372036854775808xi32>", false)]
    [InlineData("\"a.b\"() : () -> (tensor<9223372036854775807xi32>)", true)]
    [InlineData("\"a.b\"() {x = dense<1> : tensor<9223372036854775807x9223372036854775807xi32>} : () -> ()", true)]
    [InlineData("\"a.b\"() : () -> vector<9223372036854775808xi32>", false)]
    [InlineData("\"a.b\"() : () -> memref<18446744073709551616xi32>", false)]
    [InlineData("\"a.b\"() : () -> i16777216", false)]
    [InlineData("%0:99999999999 = \"a.b\"() : () -> i32", false)]
    [InlineData("\"a.b\"() {x = dense<\"0x\"> : tensor<1000000000xi32>} : () -> ()", false)]
    [InlineData("\"a.b\"() {x = sparse<[[0]], [1]> : tensor<1000000000xi32>} : () -> ()", true)]
    public void OddBytesAndNumbers(string latin1, bool accepted)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Ir ir = Ir.Read(Encoding.Latin1.GetBytes(latin1));
        Assert.Equal(accepted, ir.Accepted);
        if (accepted)
        {
            byte[] printed = ir.Print(Ir.Generic);
            Ir again = Ir.Read(printed);
            Assert.True(again.Accepted, again.FirstError);
            Assert.Equal(printed, again.Print(Ir.Generic));
        }
        else
        {
            Assert.NotEmpty(ir.Errors);
            Assert.NotEqual("", ir.Errors[0].Code);
            Assert.NotEqual((0, 0), ir.Place);
        }
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 * Megabyte);
    }

    [Theory]
    [InlineData("i32", "1")]
    [InlineData("f32", "1.500000e+00")]
    [InlineData("i1", "true")]
    [InlineData("index", "7")]
    public void ASplatOfABillionElementsIsOneElement(string type, string value)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        string attr = $"dense<{value}> : tensor<1000000000x{type}>";
        Ir ir = Ir.Read($"\"a.b\"() {{x = {attr}}} : () -> ()\n%0 = arith.constant {attr}");
        Assert.True(ir.Accepted, ir.FirstError);
        Assert.Equal(2, Count(ir.Print(Ir.Pretty), attr));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 * Megabyte);
    }

    private static string Repeat(string text, int count) => new StringBuilder(text.Length * count).Insert(0, text, count).ToString();

    private static int Count(ReadOnlySpan<byte> text, string what) => text.Count(Encoding.UTF8.GetBytes(what));

    // The stack that a thread of a library's user has.
    private static void OnSmallStack(Action work)
    {
        Exception? fault = null;
        Thread thread = new(() =>
        {
            try { work(); }
            catch (Exception e) { fault = e; }
        }, (int)Megabyte);
        thread.Start();
        thread.Join();
        if (fault is not null) throw new InvalidOperationException("on a stack of 1 MB", fault);
    }
}
