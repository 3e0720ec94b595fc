using Xunit;

namespace NestC.Passes.Tests.Npu;

/// <summary>Every operator that the NPU covers, with odd sizes, computes in the simulator what the quantized graph means, bit for bit.</summary>
public sealed class LoweringTests
{
    private const string Q = "!quant.uniform<i8:f32, 0.5>";

    private static string T(string shape) => $"tensor<{shape}x{Q}>";

    private static string Conv(int inputs, int outputs, int height, int width, string outShape, string attributes, string kernel = "3x3", int group = 1, bool bias = true, bool residual = false)
    {
        string x = T($"1x{inputs}x{height}x{width}"), w = T($"{outputs}x{inputs / group}x{kernel}"), y = T($"1x{outputs}x{outShape}");
        int[] k = Array.ConvertAll(kernel.Split('x'), int.Parse);
        string operands = $"%x, %w{(bias ? " bias %b" : "")}{(residual ? " residual %r" : "")}";
        string types = $"({x}, {w}{(bias ? $", tensor<{outputs}xi32>" : "")}{(residual ? ", " + y : "")}) -> {y}";
        return $$"""
            func.func @main(%x: {{x}}{{(residual ? ", %r: " + y : "")}}) -> {{y}} {
              %w = graph.constant {{LoweringRig.Bytes(3, outputs, inputs / group, k[0], k[1])}} as {{w}}
              {{(bias ? $"%b = graph.constant {LoweringRig.Words(4, outputs)}" : "")}}
              %y = graph.quantized_conv {{operands}} {{{attributes}}, group = {{group}} : i64} : {{types}}
              return %y : {{y}}
            }
            """;
    }

    private static string Unary(string x, string y, string operation) => $$"""
        func.func @main(%x: {{T(x)}}) -> {{T(y)}} {
          %y = {{operation}} : ({{T(x)}}) -> {{T(y)}}
          return %y : {{T(y)}}
        }
        """;

    public static TheoryData<string> Names { get; } = [.. Cases.Keys];

    private static Dictionary<string, string> Cases => new()
    {
        ["conv"] = Conv(20, 24, 9, 11, "9x11", "shift = array<i64: 9>, pads = array<i64: 1, 1, 1, 1>, clip_min = 0 : i64"),
        ["conv, stride and odd pads"] = Conv(33, 17, 9, 12, "5x6", "shift = array<i64: 9>, strides = array<i64: 2, 2>, pads = array<i64: 0, 1, 2, 0>"),
        ["conv, dilation"] = Conv(16, 16, 11, 13, "7x9", "shift = array<i64: 9>, dilations = array<i64: 2, 2>"),
        ["conv, 5 x 3, no bias"] = Conv(17, 5, 8, 8, "4x6", "shift = array<i64: 10>", "5x3", bias: false),
        ["conv, 1 x 1"] = Conv(64, 40, 7, 5, "7x5", "shift = array<i64: 8>", "1x1"),
        ["conv, no shift"] = Conv(17, 3, 4, 4, "4x4", "shift = array<i64: 0>", "1x1", bias: false),
        ["conv, channel by channel"] = Conv(19, 19, 9, 9, "9x9", "shift = array<i64: 6>, pads = array<i64: 1, 1, 1, 1>", group: 19),
        ["conv, groups of 4 channels"] = Conv(24, 24, 6, 7, "6x7", "shift = array<i64: 7>, pads = array<i64: 1, 1, 1, 1>", group: 6),
        ["conv, groups of blocks"] = Conv(64, 96, 5, 5, "5x5", "shift = array<i64: 9>, pads = array<i64: 1, 1, 1, 1>", group: 2),
        ["conv, groups across blocks"] = Conv(30, 20, 5, 5, "5x5", "shift = array<i64: 8>, pads = array<i64: 1, 1, 1, 1>", group: 5),
        ["conv, shift by channel"] = Conv(18, 5, 6, 6, "4x4", "shift = array<i64: 7, 8, 9, 10, 11>"),
        ["conv with residual"] = Conv(18, 20, 6, 6, "6x6", "shift = array<i64: 9>, residual_shift = 3 : i64, pads = array<i64: 1, 1, 1, 1>", residual: true),
        ["first layer"] = Conv(3, 20, 23, 25, "12x13", "shift = array<i64: 9>, strides = array<i64: 2, 2>, pads = array<i64: 3, 3, 3, 3>", "7x7"),
        ["first layer, one channel"] = Conv(1, 8, 28, 28, "28x28", "shift = array<i64: 7>, pads = array<i64: 2, 2, 2, 2>", "5x5"),
        ["max pool"] = Unary("1x20x13x12", "1x20x7x6", "graph.max_pool %x {kernel_shape = array<i64: 3, 3>, strides = array<i64: 2, 2>, pads = array<i64: 1, 1, 1, 1>}"),
        ["max pool, 2 x 2"] = Unary("1x48x9x9", "1x48x4x4", "graph.max_pool %x {kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>}"),
        ["max pool, ceil mode"] = Unary("1x16x6x6", "1x16x3x3", "graph.max_pool %x {kernel_shape = array<i64: 3, 3>, strides = array<i64: 2, 2>, ceil_mode = 1 : i64}"),
        ["global max"] = Unary("1x20x5x7", "1x20x1x1", "graph.global_max_pool %x"),
        ["average pool"] = Unary("1x20x8x8", "1x20x4x4", "graph.quantized_average_pool %x {kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>, multiplier = 64 : i64, shift = 8 : i64}"),
        ["average pool, padding counts"] = Unary("1x20x7x7", "1x20x7x7",
            "graph.quantized_average_pool %x {kernel_shape = array<i64: 3, 3>, pads = array<i64: 1, 1, 1, 1>, count_include_pad = 1 : i64, multiplier = 57 : i64, shift = 9 : i64}"),
        ["global average"] = Unary("1x40x7x7", "1x40x1x1", "graph.quantized_global_average_pool %x {multiplier = 84 : i64, shift = 12 : i64}"),
        ["requantization"] = Unary("1x20x5x5", "1x20x5x5", "graph.requantize %x {shift = array<i64: 2>, left_shift = 1 : i64}"),
        ["relu"] = Unary("1x20x5x5", "1x20x5x5", "graph.relu %x"),
        ["sum"] = $$"""
            func.func @main(%a: {{T("1x20x7x5")}}, %b: {{T("1x20x7x5")}}) -> {{T("1x20x7x5")}} {
              %y = graph.quantized_add %a, %b {shifts = array<i64: 2, 0>, shift = array<i64: 2>, clip_min = -100 : i64} : ({{T("1x20x7x5")}}, {{T("1x20x7x5")}}) -> {{T("1x20x7x5")}}
              return %y : {{T("1x20x7x5")}}
            }
            """,
        ["sum with itself"] = $$"""
            func.func @main(%a: {{T("1x20x7x5")}}) -> {{T("1x20x7x5")}} {
              %y = graph.quantized_add %a, %a {shifts = array<i64: 1, 0>, shift = array<i64: 2>} : ({{T("1x20x7x5")}}, {{T("1x20x7x5")}}) -> {{T("1x20x7x5")}}
              return %y : {{T("1x20x7x5")}}
            }
            """,
        ["concat of blocks"] = $$"""
            func.func @main(%a: {{T("1x32x4x5")}}, %b: {{T("1x20x4x5")}}) -> {{T("1x52x4x5")}} {
              %y = graph.concat %a, %b {axis = 1 : i64} : ({{T("1x32x4x5")}}, {{T("1x20x4x5")}}) -> {{T("1x52x4x5")}}
              return %y : {{T("1x52x4x5")}}
            }
            """,
        ["concat across blocks"] = $$"""
            func.func @main(%a: {{T("1x20x4x5")}}, %b: {{T("1x7x4x5")}}, %c: {{T("1x18x4x5")}}) -> {{T("1x45x4x5")}} {
              %y = graph.concat %a, %b, %c {axis = 1 : i64} : ({{T("1x20x4x5")}}, {{T("1x7x4x5")}}, {{T("1x18x4x5")}}) -> {{T("1x45x4x5")}}
              return %y : {{T("1x45x4x5")}}
            }
            """,
        ["product"] = $$"""
            func.func @main(%x: {{T("3x50")}}) -> {{T("3x37")}} {
              %w = graph.constant {{LoweringRig.Bytes(5, 37, 50)}} as {{T("37x50")}}
              %b = graph.constant {{LoweringRig.Words(6, 37)}}
              %y = graph.quantized_gemm %x, %w bias %b {shift = array<i64: 7>} : ({{T("3x50")}}, {{T("37x50")}}, tensor<37xi32>) -> {{T("3x37")}}
              return %y : {{T("3x37")}}
            }
            """,
        ["flattened product"] = $$"""
            func.func @main(%x: {{T("1x18x3x4")}}) -> {{T("1x10")}} {
              %f = graph.flatten %x : ({{T("1x18x3x4")}}) -> {{T("1x216")}}
              %w = graph.constant {{LoweringRig.Bytes(5, 10, 216)}} as {{T("10x216")}}
              %y = graph.quantized_gemm %f, %w {shift = array<i64: 8>} : ({{T("1x216")}}, {{T("10x216")}}) -> {{T("1x10")}}
              return %y : {{T("1x10")}}
            }
            """,
        // As in the residual networks for small pictures: every second place, more channels, zeros in the new ones.
        ["shortcut"] = $$"""
            func.func @main(%x: {{T("1x16x9x11")}}) -> {{T("1x32x5x6")}} {
              %i2 = graph.constant dense<[2, 3]> : tensor<2xi64>
              %i1 = graph.constant dense<2> : tensor<2xi64>
              %i0 = graph.constant dense<0> : tensor<2xi64>
              %i9 = graph.constant dense<9223372036854775807> : tensor<2xi64>
              %p = graph.constant dense<[0, 8, 0, 0, 0, 8, 0, 0]> : tensor<8xi64>
              %w = graph.constant {{LoweringRig.Bytes(7, 32, 16, 3, 3)}} as {{T("32x16x3x3")}}
              %u = graph.constant {{LoweringRig.Bytes(8, 16, 16, 1, 1)}} as {{T("16x16x1x1")}}
              %v = graph.quantized_conv %x, %u {shift = array<i64: 6>, clip_min = 0 : i64} : ({{T("1x16x9x11")}}, {{T("16x16x1x1")}}) -> {{T("1x16x9x11")}}
              %s = graph.slice %v, %i0, %i9, %i2, %i1 : ({{T("1x16x9x11")}}, tensor<2xi64>, tensor<2xi64>, tensor<2xi64>, tensor<2xi64>) -> {{T("1x16x5x6")}}
              %r = graph.pad %s, %p : ({{T("1x16x5x6")}}, tensor<8xi64>) -> {{T("1x32x5x6")}}
              %y = graph.quantized_conv %v, %w residual %r {shift = array<i64: 8>, residual_shift = 4 : i64, strides = array<i64: 2, 2>, pads = array<i64: 1, 1, 1, 1>, clip_min = 0 : i64}
                : ({{T("1x16x9x11")}}, {{T("32x16x3x3")}}, {{T("1x32x5x6")}}) -> {{T("1x32x5x6")}}
              return %y : {{T("1x32x5x6")}}
            }
            """,
        ["mean of more than the buffer holds"] = Unary("1x20x57x59", "1x20x1x1", "graph.quantized_global_average_pool %x {multiplier = 127 : i64, shift = 13 : i64}"),
        ["mean of more than the buffer holds, padded"] = Unary("1x5x50x60", "1x5x2x6",
            "graph.quantized_average_pool %x {kernel_shape = array<i64: 49, 55>, strides = array<i64: 2, 2>, pads = array<i64: 1, 2, 1, 3>, count_include_pad = 1 : i64, multiplier = 127 : i64, shift = 13 : i64}"),
        ["split"] = $$"""
            func.func @main(%x: {{T("1x37x5x6")}}) -> ({{T("1x21x5x6")}}, {{T("1x16x5x6")}}) {
              %n = graph.constant dense<[21, 16]> : tensor<2xi64>
              %a, %b = graph.split %x, %n {axis = 1 : i64} : ({{T("1x37x5x6")}}, tensor<2xi64>) -> ({{T("1x21x5x6")}}, {{T("1x16x5x6")}})
              return %a, %b : {{T("1x21x5x6")}}, {{T("1x16x5x6")}}
            }
            """,
        ["chain with concat"] = $$"""
            func.func @main(%x: {{T("1x16x9x9")}}) -> {{T("1x48")}} {
              %w1 = graph.constant {{LoweringRig.Bytes(7, 16, 16, 1, 1)}} as {{T("16x16x1x1")}}
              %w3 = graph.constant {{LoweringRig.Bytes(8, 32, 16, 3, 3)}} as {{T("32x16x3x3")}}
              %p = graph.max_pool %x {kernel_shape = array<i64: 3, 3>, strides = array<i64: 2, 2>} : ({{T("1x16x9x9")}}) -> {{T("1x16x4x4")}}
              %a = graph.quantized_conv %p, %w1 {shift = array<i64: 6>, clip_min = 0 : i64} : ({{T("1x16x4x4")}}, {{T("16x16x1x1")}}) -> {{T("1x16x4x4")}}
              %b = graph.quantized_conv %p, %w3 {shift = array<i64: 8>, clip_min = 0 : i64, pads = array<i64: 1, 1, 1, 1>} : ({{T("1x16x4x4")}}, {{T("32x16x3x3")}}) -> {{T("1x32x4x4")}}
              %c = graph.concat %a, %b {axis = 1 : i64} : ({{T("1x16x4x4")}}, {{T("1x32x4x4")}}) -> {{T("1x48x4x4")}}
              %g = graph.quantized_global_average_pool %c {multiplier = 64 : i64, shift = 10 : i64} : ({{T("1x48x4x4")}}) -> {{T("1x48x1x1")}}
              %f = graph.flatten %g : ({{T("1x48x1x1")}}) -> {{T("1x48")}}
              return %f : {{T("1x48")}}
            }
            """,
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void An_operator_means_the_same_on_the_npu(string name)
    {
        var rig = new LoweringRig(Cases[name]);
        rig.Check();
        Assert.Single(rig.Programs());
    }

    [Fact]
    public void A_product_of_more_places_than_a_window_has_starts_from_what_the_host_has_flattened()
    {
        string x = T("1x16x40x40"), f = T("1x25600"), w = T("5x25600"), y = T("1x5");
        var rig = new LoweringRig($$"""
            func.func @main(%x: {{x}}) -> {{y}} {
              %f = graph.flatten %x : ({{x}}) -> {{f}}
              %w = graph.constant {{LoweringRig.Bytes(5, 5, 25600)}} as {{w}}
              %y = graph.quantized_gemm %f, %w {shift = array<i64: 11>} : ({{f}}, {{w}}) -> {{y}}
              return %y : {{y}}
            }
            """);
        rig.Check();
        Assert.Equal((1, 1), (rig.Programs().Count, rig.Count("graph.flatten")));
    }

    [Fact]
    public void A_slice_and_a_padding_are_one_move_between_programs_of_nothing_else()
    {
        var rig = new LoweringRig(Cases["shortcut"]);
        Assert.True(rig.Lower("builtin.module(func.func(npu-place,convert-graph-to-tensor))"));
        Assert.Equal((1, 1, 1), (rig.Count("tensor.packed_move"), rig.Count("tensor.pack_channels"), rig.Count("tensor.unpack_channels")));
    }
}
