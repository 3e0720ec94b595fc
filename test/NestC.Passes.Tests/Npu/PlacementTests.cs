using System.Text;
using System.Text.Json;
using NestC.Builtin;
using NestC.Diagnostics;
using NestC.Dialects.Graph;
using NestC.Dialects.Npu.Isa;
using NestC.IR;
using NestC.Passes.Npu.Placement;
using Xunit;

namespace NestC.Passes.Tests.Npu;

/// <summary>Each way of being illegal names its rule, what is there and the limit; changing the input as it says makes it legal.</summary>
public sealed class PlacementTests
{
    private const string Q = "!quant.uniform<i8:f32, 0.5>", Other = "!quant.uniform<i8:f32, 0.25>";

    /// <summary>An illegal operation, the legal one beside it, and what the verdict says.</summary>
    private sealed record Case(string Wrong, string Right, string Code, string Actual, string Limit);

    private static string Conv(string attributes = "shift = array<i64: 8>", string x = "1x16x8x8", string y = "1x16x8x8", string w = "16x16x1x1", string xq = Q, string yq = Q, string wq = Q,
        string storage = "i8", string bias = "constant")
    {
        string b = bias == "constant" ? "%b = graph.constant dense<1> : tensor<16xi32>" : "%b = graph.neg %c : (tensor<16xi32>) -> tensor<16xi32>";
        string argument = bias == "constant" ? "" : ", %c: tensor<16xi32>";
        return $$"""
            func.func @main(%x: tensor<{{x}}x{{xq}}>{{argument}}) -> tensor<{{y}}x{{yq}}> {
              %w = graph.constant dense<1> : tensor<{{w}}x{{storage}}> as tensor<{{w}}x{{wq}}>
              {{b}}
              %y = graph.quantized_conv %x, %w bias %b {{{attributes}}} : (tensor<{{x}}x{{xq}}>, tensor<{{w}}x{{wq}}>, tensor<16xi32>) -> tensor<{{y}}x{{yq}}>
              return %y : tensor<{{y}}x{{yq}}>
            }
            """;
    }

    private static string Add(string attributes = "shifts = array<i64: 0, 0>, shift = array<i64: 1>", string rhs = "1x16x8x8") => $$"""
        func.func @main(%a: tensor<1x16x8x8x{{Q}}>, %b: tensor<{{rhs}}x{{Q}}>) -> tensor<1x16x8x8x{{Q}}> {
          %y = graph.quantized_add %a, %b {{{attributes}}} : (tensor<1x16x8x8x{{Q}}>, tensor<{{rhs}}x{{Q}}>) -> tensor<1x16x8x8x{{Q}}>
          return %y : tensor<1x16x8x8x{{Q}}>
        }
        """;

    private static string Unary(string operation, string x, string y) => $$"""
        func.func @main(%x: tensor<{{x}}x{{Q}}>) -> tensor<{{y}}x{{Q}}> {
          %y = {{operation}} : (tensor<{{x}}x{{Q}}>) -> tensor<{{y}}x{{Q}}>
          return %y : tensor<{{y}}x{{Q}}>
        }
        """;

    private static string Concat(int axis, string y, string second = Q) => $$"""
        func.func @main(%a: tensor<1x16x8x8x{{Q}}>, %b: tensor<1x16x8x8x{{second}}>) -> tensor<{{y}}x{{Q}}> {
          %y = graph.concat %a, %b {axis = {{axis}} : i64} : (tensor<1x16x8x8x{{Q}}>, tensor<1x16x8x8x{{second}}>) -> tensor<{{y}}x{{Q}}>
          return %y : tensor<{{y}}x{{Q}}>
        }
        """;

    private static Dictionary<string, Case> Cases => new()
    {
        ["operation"] = new(Unary("graph.sigmoid %x", "1x16x8x8", "1x16x8x8"), Unary("graph.relu %x", "1x16x8x8", "1x16x8x8"), "NEST6101", "graph.sigmoid", "convolution, product, pool, sum, concat, resize, slice, pad"),
        ["dynamic extent"] = new(Conv(x: "?x16x8x8", y: "?x16x8x8"), Conv(), "NEST6103", $"tensor<?x16x8x8x{Long(Q)}>", ""),
        ["unsigned input"] = new(Conv(xq: "!quant.uniform<u8:f32, 0.5>"), Conv(), "NEST6105", "u8", "i8"),
        ["wide result"] = new(Conv(yq: "!quant.uniform<i16:f32, 0.5>"), Conv(), "NEST6105", "i16", "i8"),
        ["wide weights"] = new(Conv(wq: "!quant.uniform<i16:f32, 0.5>", storage: "i16"), Conv(), "NEST6105", "i16", "i8"),
        ["zero point of the input"] = new(Conv(xq: "!quant.uniform<i8:f32, 0.5:3>"), Conv(), "NEST6106", "3", "0"),
        ["zero point of the weights"] = new(Conv(wq: "!quant.uniform<i8:f32, 0.5:-2>"), Conv(), "NEST6106", "-2", "0"),
        ["multiplier"] = new(Conv("shift = array<i64: 20>, multiplier = array<i64: 5000>"), Conv(), "NEST6107", "multiplier 5000", ""),
        ["right shift"] = new(Conv("shift = array<i64: 17>"), Conv("shift = array<i64: 15>"), "NEST6108", "17", "15"),
        ["bias"] = new(Conv(bias: "computed"), Conv(), "NEST6111", "computed", ""),
        ["padding"] = new(
            Conv("shift = array<i64: 8>, pads = array<i64: 16, 16, 16, 16>", y: "1x16x24x24", w: "16x16x17x17"),
            Conv("shift = array<i64: 8>, pads = array<i64: 15, 15, 15, 15>", y: "1x16x22x22", w: "16x16x17x17"), "NEST6125", "16", "15"),
        ["window of padding"] = new(
            Conv("shift = array<i64: 8>, pads = array<i64: 3, 3, 3, 3>", y: "1x16x12x12", w: "16x16x3x3"),
            Conv("shift = array<i64: 8>, pads = array<i64: 2, 2, 2, 2>", y: "1x16x10x10", w: "16x16x3x3"), "NEST6127", "3", "2"),
        ["window of a convolution"] = new(Conv(x: "1x16x50x50", y: "1x16x1x1", w: "16x16x50x50"), Conv(x: "1x16x31x31", y: "1x16x1x1", w: "16x16x31x31"), "NEST6122", "2500", "2048"),
        ["weights of a window"] = new(Conv(x: "1x16x40x40", y: "1x16x1x1", w: "16x16x40x40"), Conv(x: "1x16x31x31", y: "1x16x1x1", w: "16x16x31x31"), "NEST6123", "1600", "1024"),
        ["left shift"] = new(Add("shifts = array<i64: 7, 0>, shift = array<i64: 1>"), Add("shifts = array<i64: 6, 0>, shift = array<i64: 1>"), "NEST6109", "7", "6"),
        ["broadcast"] = new(Add(rhs: "1x16x1x1"), Add(), "NEST6114", $"tensor<1x16x1x1x{Long(Q)}>", $"tensor<1x16x8x8x{Long(Q)}>"),
        ["multipliers of addends"] = new(Add("shifts = array<i64: 0, 0>, multipliers = array<i64: 3, 5>, shift = array<i64: 3>"), Add(), "NEST6107", "multiplier 3", ""),
        ["mean that does not count padding"] = new(
            Unary("graph.quantized_average_pool %x {kernel_shape = array<i64: 3, 3>, pads = array<i64: 1, 1, 1, 1>, multiplier = 57 : i64, shift = 9 : i64}", "1x16x8x8", "1x16x8x8"),
            Unary("graph.quantized_average_pool %x {kernel_shape = array<i64: 3, 3>, pads = array<i64: 1, 1, 1, 1>, multiplier = 28 : i64, shift = 8 : i64}", "1x16x8x8", "1x16x8x8"),
            "NEST6115", "128", "127"),
        ["multiplier of a mean"] = new(
            Unary("graph.quantized_global_average_pool %x {multiplier = 200 : i64, shift = 12 : i64}", "1x16x8x8", "1x16x1x1"),
            Unary("graph.quantized_global_average_pool %x {multiplier = 127 : i64, shift = 12 : i64}", "1x16x8x8", "1x16x1x1"), "NEST6116", "200", "127"),
        ["axis of concat"] = new(Concat(2, "1x16x16x8"), Concat(1, "1x32x8x8"), "NEST6117", "2", "1"),
        ["window of a maximum"] = new(
            Unary("graph.global_max_pool %x", "1x16x46x46", "1x16x1x1"), Unary("graph.global_max_pool %x", "1x16x45x45", "1x16x1x1"), "NEST6122", "2116", "2048"),
        ["rank"] = new(
            Unary("graph.requantize %x {shift = array<i64: 1>}", "1x16x8", "1x16x8"), Unary("graph.requantize %x {shift = array<i64: 1>}", "1x16x8x1", "1x16x8x1"), "NEST6112", "3", "4"),
        ["slice of batches"] = new(
            WithLists("graph.slice %x, %a, %b", "2x16x8x8", "1x16x8x8", [0], [1]), WithLists("graph.slice %x, %a, %b", "2x16x8x8", "2x5x8x8", [0, 0], [2, 5]), "NEST6140", "1 of 2", "2"),
        ["padding by no zeros"] = new(
            WithLists("graph.pad %x, %a {mode = \"edge\"}", "1x16x8x8", "1x16x9x8", [0, 0, 1, 0, 0, 0, 0, 0]),
            WithLists("graph.pad %x, %a {mode = \"constant\"}", "1x16x8x8", "1x16x9x8", [0, 0, 1, 0, 0, 0, 0, 0]), "NEST6141", "mode edge", "mode constant"),
        ["limits that are computed"] = new(Clip(computed: true), Clip(computed: false), "NEST6142", "computed", ""),
        ["factors that are broadcast"] = new(MatMul("2x3x5x16", "2x1x16x7"), MatMul("2x3x5x16", "2x3x16x7"), "NEST6143", $"tensor<2x1x16x7x{Long(Q)}>", $"tensor<2x3x5x16x{Long(Q)}>"),
        ["resize that interpolates"] = new(
            WithLists("graph.resize %x sizes %a {mode = \"linear\"}", "1x16x3x3", "1x16x6x6", [1, 16, 6, 6]),
            WithLists("graph.resize %x sizes %a {mode = \"nearest\"}", "1x16x3x3", "1x16x6x6", [1, 16, 6, 6]),
            "NEST6144", $"linear, tensor<1x16x3x3x{Long(Q)}> to tensor<1x16x6x6x{Long(Q)}>", "nearest, whole factors of height and width"),
        ["reshape that moves channels"] = new(Unary("graph.flatten %x", "1x16x2x2", "1x64"), Unary("graph.flatten %x", "1x16x1x1", "1x16"), "NEST6119", $"tensor<1x16x2x2x{Long(Q)}>", $"tensor<1x64x{Long(Q)}>"),
    };

    private static string WithLists(string operation, string x, string y, params ReadOnlySpan<long[]> lists)
    {
        string constants = "", types = "";
        for (int i = 0; i < lists.Length; i++)
        {
            constants += $"  %{(char)('a' + i)} = graph.constant dense<[{string.Join(", ", lists[i])}]> : tensor<{lists[i].Length}xi64>\n";
            types += $", tensor<{lists[i].Length}xi64>";
        }
        return $"func.func @main(%x: tensor<{x}x{Q}>) -> tensor<{y}x{Q}> {{\n{constants}  %y = {operation} : (tensor<{x}x{Q}>{types}) -> tensor<{y}x{Q}>\n  return %y : tensor<{y}x{Q}>\n}}";
    }

    private static string Clip(bool computed)
    {
        string t = $"tensor<1x16x8x8x{Q}>", limit = $"tensor<{Q}>", low = computed ? "" : $"  %l = graph.constant dense<-3> : tensor<i8> as {limit}\n";
        return $"func.func @main(%x: {t}{(computed ? $", %l: {limit}" : "")}) -> {t} {{\n{low}  %h = graph.constant dense<9> : tensor<i8> as {limit}\n"
            + $"  %y = graph.clip %x, %l, %h : ({t}, {limit}, {limit}) -> {t}\n  return %y : {t}\n}}";
    }

    private static string MatMul(string a, string b)
    {
        string x = $"tensor<{a}x{Q}>", w = $"tensor<{b}x{Q}>", y = $"tensor<2x3x5x7x{Q}>";
        return $"func.func @main(%x: {x}, %w: {w}) -> {y} {{\n  %y = graph.quantized_matmul %x, %w {{shift = array<i64: 7>}} : ({x}, {w}) -> {y}\n  return %y : {y}\n}}";
    }

    private static string Long(string type) => type.Replace("0.5", "5.000000e-01", StringComparison.Ordinal);

    public static TheoryData<string> Names { get; } = [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_refusal_names_rule_actual_and_limit_and_what_it_says_makes_it_legal(string name)
    {
        Case c = Cases[name];
        Verdict no = VerdictOf(c.Wrong);
        Assert.True(no.IsNo);
        Assert.Equal((c.Code, c.Actual, c.Limit), (no.Code, no.Actual, no.Limit));
        Assert.NotEmpty(no.Rule);
        Assert.StartsWith("legal ", no.Help);
        Assert.True(VerdictOf(c.Right).IsYes, VerdictOf(c.Right).ToString());
    }

    [Fact]
    public void There_are_twenty_ways() => Assert.True(Cases.Count >= 20);

    [Fact]
    public void The_report_counts_arithmetic_and_names_causes()
    {
        var rig = new LoweringRig(Conv("shift = array<i64: 17>"));
        PlacementReport report = PlacementReport.Of(rig.Function, new NpuTarget(VtaDevice.Default));
        Assert.Equal(16 * 16 * 64, report.Macs);
        Assert.Equal(0, report.MacsOnTarget);
        Assert.Equal("npu: 0 of 1 ops, 0.0 % of the multiply-accumulates; on the host: 1 x the right shift is at most 15\n", report.Line());
        Assert.Contains("legal if the result's scale is 4 times smaller", report.Text());
        using var stream = new MemoryStream();
        report.WriteJson(stream);
        JsonElement verdict = JsonDocument.Parse(Encoding.UTF8.GetString(stream.ToArray())).RootElement.GetProperty("verdicts")[0].GetProperty("verdict");
        Assert.False(verdict.GetProperty("legal").GetBoolean());
        Assert.Equal(17, verdict.GetProperty("actual").GetInt64());
        Assert.Equal(15, verdict.GetProperty("limit").GetInt64());
    }

    [Fact]
    public void A_gate_fails_on_fallback_with_its_own_exit_code()
    {
        Assert.Equal(ExitCode.Policy, Ir.Opt(Conv("shift = array<i64: 17>"), "--lower-to-npu", "--fail-on-fallback").Exit);
        (int exit, string output, string error) = Ir.Opt(Conv(), "--lower-to-npu", "--fail-on-fallback", "--explain-placement");
        Assert.Equal(ExitCode.Ok, exit);
        Assert.Contains("npu.launch", output);
        Assert.StartsWith("npu: 1 of 1 ops, 100.0 % of the multiply-accumulates\n", error);
    }

    // The last operation before the return is the one in question.
    private static Verdict VerdictOf(string text) => new NpuTarget(VtaDevice.Default).Place(new LoweringRig(text).Function.Entry.Last!.Previous!);
}
