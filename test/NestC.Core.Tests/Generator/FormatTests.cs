using NestC.Builtin;
using NestC.Core.Tests.Generator.Formats;
using NestC.IR;
using NestC.Syntax;
using Xunit;

namespace NestC.Core.Tests.Generator;

/// <summary>Each element of assembly formats, read and printed; the generic form; builders.</summary>
public sealed class FormatTests
{
    private readonly NestContext context = new() { AllowUnregisteredDialects = true };
    private readonly List<string> errors = [];

    public FormatTests()
    {
        BuiltinDialect.Register(context);
        FormatDialect.Register(context);
        context.Diagnostics.PushHandler(d => errors.Add(d.Message));
    }

    private const string Open = "\"test.wrap\"() ({\n^bb0(%arg0: f32, %arg1: i32, %arg2: tensor<4x3xf32>):\n  ";

    private static string Wrap(string op) => Open + op + (op.Contains("fmt.regions", StringComparison.Ordinal) ? "" : "\n  \"test.end\"() : () -> ()") + "\n}) : () -> ()";

    private Operation? Parse(string op) => AsmParser.Parse(context, Wrap(op));

    private Operation Inner(string op)
    {
        Operation? module = Parse(op);
        Assert.Equal([], errors);
        Assert.True(Verifier.Verify(module!), string.Join("\n", errors));
        Operation wrap = module is ModuleOp ? module.Region(0).First!.First! : module!;
        return wrap.Region(0).First!.First!;
    }

    private static string Line(Operation op, bool generic = false) => AsmPrinter.ToText(op, new PrintOptions { Generic = generic });

    [Theory]
    [InlineData("fmt.props very_high <safe> @name \"text\" 5 -6 true 2.500000e+00 [1, -2] [5.000000e-01, 1.000000e+00] (f32) -> i32 [unit, 3 : i8]",
        "\"fmt.props\"() <{anything = [unit, 3 : i8], label = \"text\", level = 5 : i32, mode = #fmt.mode<safe>, narrow = -6 : i32, ratio = 2.500000e+00 : f32, scales = array<f64: 5.000000e-01, 1.000000e+00>, signature = (f32) -> i32, sizes = array<i64: 1, -2>, sym_name = \"name\", truth = true, wide = 5 : i64}> : () -> ()")]
    [InlineData("fmt.props low <fast> @\"a b\" \"\" 0 0 false 0.000000e+00 [] [] () -> () unit also <safe> exact {tag}",
        "\"fmt.props\"() <{anything, exact, label = \"\", level = 0 : i32, mode = #fmt.mode<fast>, narrow = 0 : i32, ratio = 0.000000e+00 : f32, scales = array<f64>, second = #fmt.mode<safe>, signature = () -> (), sizes = array<i64>, sym_name = \"a b\", truth = false, wide = 0 : i64}> {tag} : () -> ()")]
    [InlineData("fmt.clauses low 1 high 2 wrap by 3 |4 5|", "\"fmt.clauses\"() <{by = 3 : i64, extent = array<i64: 4, 5>, high = 2 : i64, low = 1 : i64, wrap}> : () -> ()")]
    [InlineData("fmt.clauses auto || attributes {tag}", "\"fmt.clauses\"() <{extent = array<i64>}> {tag} : () -> ()")]
    [InlineData("fmt.groups(%arg0, %arg0) mid %arg1 : i32 last %arg1 : i32 : (f32, f32) -> (f32, f32) and i1", "\"fmt.groups\"(%arg0, %arg0, %arg1, %arg1) <{operandSegmentSizes = array<i32: 2, 1, 1>, resultSegmentSizes = array<i32: 2, 1>}> : (f32, f32, i32, i32) -> (f32, f32, i1)")]
    [InlineData("fmt.groups() {tag} : () -> ()", "\"fmt.groups\"() <{operandSegmentSizes = array<i32: 0, 0, 0>, resultSegmentSizes = array<i32: 0, 0>}> {tag} : () -> ()")]
    [InlineData("fmt.all %arg0, %arg1 <{axis = 3 : i64, seven = 7 : i32}> {tag} : (f32, i32) -> (i1, i2)", "\"fmt.all\"(%arg0, %arg1) <{axis = 3 : i64, seven = 7 : i32}> {tag} : (f32, i32) -> (i1, i2)")]
    [InlineData("fmt.take %arg2 by 2 : tensor<4x3xf32>", "\"fmt.take\"(%arg2) <{count = 2 : i64}> : (tensor<4x3xf32>) -> tensor<2x3xf32>")]
    [InlineData("fmt.loop {\n}", "\"fmt.loop\"() ({\n  \"fmt.end\"() : () -> ()\n}) : () -> ()")]
    [InlineData("fmt.loop {\n  fmt.end %arg0 : f32\n} {tag}", "\"fmt.loop\"() ({\n  \"fmt.end\"(%arg0) : (f32) -> ()\n}) {tag} : () -> ()")]
    [InlineData("fmt.regions {\n} others {\n}, {\n}", "\"fmt.regions\"() ({\n}, {\n}, {\n}) : () -> ()")]
    public void BothFormsAreReadAndPrinted(string custom, string generic)
    {
        Operation op = Inner(custom.Contains("->", StringComparison.Ordinal) || custom.Contains("take", StringComparison.Ordinal) ? Results(generic) + custom : custom);
        Assert.Equal(Results(generic) + custom, Line(op));
        Assert.Equal(Results(generic) + generic, Line(op, generic: true));
        Assert.Equal(Results(generic) + custom, Line(Inner(Results(generic) + generic)));
    }

    // How the results of an operation are named, from its generic form.
    private static string Results(string generic)
    {
        string types = generic[(generic.LastIndexOf(") -> ", StringComparison.Ordinal) + 5)..];
        if (types == "()") return "";
        int count = types[0] == '(' ? types.Split(',').Length : 1;
        return count == 1 ? "%0 = " : $"%0:{count} = ";
    }

    [Theory]
    [InlineData("fmt.clauses low 1 low 2 auto ||", "custom op 'fmt.clauses' `low` clause can appear at most once in the expansion of the oilist directive")]
    [InlineData("fmt.clauses ||", "custom op 'fmt.clauses' expected 'by'")]
    [InlineData("fmt.props odd", "custom op 'fmt.props' expected string or keyword containing one of the following enum values for attribute 'level' [low, middle, very_high]")]
    [InlineData("fmt.props low <quick>", "expected one of: fast, safe")]
    [InlineData("fmt.props low <fast> @a \"\" 0 0 false 0.0 [x]", "expected integer value")]
    [InlineData("fmt.props low <fast> @a \"\" 0 0 false 0.0 [] [] f32", "custom op 'fmt.props' invalid kind of type specified")]
    [InlineData("%0 = fmt.take %arg0 by 2 : f32", "'fmt.take' op cannot take 2 of f32")]
    [InlineData("fmt.groups(%arg0) : (f32, f32) -> ()", "custom op 'fmt.groups' 1 operands present, but expected 2")]
    [InlineData("fmt.all %arg0 <{axis = 3 : i32}> : (f32) -> ()", "Invalid attribute `axis` in property conversion: 3 : i32")]
    public void WrongTextGetsAMessage(string op, string message)
    {
        Assert.Null(Parse(op));
        Assert.Equal(message, errors[0]);
    }

    [Theory]
    [InlineData("\"fmt.groups\"(%arg0) <{operandSegmentSizes = array<i32: 0, 2, 0>}> : (f32) -> ()", "'fmt.groups' op operand count (1) does not match with the total size (2) specified in attribute 'operandSegmentSizes'")]
    [InlineData("\"fmt.groups\"(%arg0, %arg0) <{operandSegmentSizes = array<i32: 0, 2, 0>}> : (f32, f32) -> ()", "'fmt.groups' op operand group starting at #0 requires 0 or 1 element, but found 2")]
    [InlineData("%0 = \"fmt.take\"(%arg2) <{count = 2 : i64}> : (tensor<4x3xf32>) -> tensor<9x3xf32>", "'fmt.take' op inferred type(s) 'tensor<2x3xf32>' are incompatible with return type(s) of operation 'tensor<9x3xf32>'")]
    [InlineData("\"fmt.loop\"() ({\n  \"test.end\"() : () -> ()\n}) : () -> ()", "'fmt.loop' op expects regions to end with 'fmt.end', found 'test.end'")]
    [InlineData("\"fmt.loop\"() ({\n  \"fmt.end\"() : () -> ()\n^bb1:\n  \"fmt.end\"() : () -> ()\n}) : () -> ()", "'fmt.loop' op region #0 ('body') failed to verify constraint: region with at most 1 blocks")]
    [InlineData("\"fmt.all\"(%arg0) : (f32) -> ()", "'fmt.all' op requires attribute 'axis'")]
    public void InvalidOperationsAreRejected(string op, string message)
    {
        Assert.False(Verifier.Verify(Parse(op)!));
        Assert.Equal(message, errors[0]);
    }

    [Fact]
    public void EveryErrorOfAnOperationIsReported()
    {
        Assert.False(Verifier.Verify(Parse("%0:2 = \"fmt.groups\"(%arg1, %arg0, %arg0) <{operandSegmentSizes = array<i32: 1, 0, 2>, resultSegmentSizes = array<i32: 2, 0>}> : (i32, f32, f32) -> (i1, f32)")!));
        Assert.Equal(
        [
            "'fmt.groups' op operand #0 must be variadic of floating-point, but got 'i32'",
            "'fmt.groups' op operand #1 must be variadic of integer, but got 'f32'",
            "'fmt.groups' op operand #2 must be variadic of integer, but got 'f32'",
            "'fmt.groups' op result #0 must be variadic of floating-point, but got 'i1'",
        ], errors);
    }

    [Fact]
    public void BuildersMakeWhatParsersRead()
    {
        Block block = new();
        Value f = block.AddArgument(context.Common.F32, default), i = block.AddArgument(context.Common.I32, default);
        Value t = block.AddArgument(RankedTensorType.Get([4, 3], context.Common.F32), default);
        OpBuilder builder = new OpBuilder(context).AtEnd(block);
        GroupsOp groups = GroupsOp.Create(builder, [f, f], [i], [context.Common.F32], middle: t);
        Assert.Equal((2, 1, 1, 1), (groups.First.Count, groups.Last.Count, groups.Sums.Count, groups.Middle is null ? 0 : 1));
        Assert.Null(groups.Extra);
        groups.SetMiddle(builder, null);
        groups.SetFirst(builder, [f, f, f]);
        Assert.Equal("%0 = \"fmt.groups\"", Line(groups, generic: true)[..17]);
        Assert.Equal((3, 0, i), (groups.First.Count, groups.Middle is null ? 0 : 1, groups.Last[0]));
        Assert.Equal("tensor<1x3xf32>", TakeOp.Create(builder, t, 1).Output.Type.ToString());
        Assert.Throws<ArgumentException>(() => TakeOp.Create(builder, t, -1));
        PropsOp props = PropsOp.Create(builder, Level.Middle, Mode.Safe, "s", "l", 1, 2, true, 0.5f, [3], [4], FunctionType.Get(context, [], []), context.Common.Unit);
        Assert.Equal("fmt.props middle <safe> @s \"l\" 1 2 true 5.000000e-01 [3] [4.000000e+00] () -> () unit", Line(props));
        Assert.True(Verifier.Verify(props), string.Join("\n", errors));
    }

    [Fact]
    public void CreatingAnOperationOfADialectThatIsNotRegisteredSaysSo()
    {
        InvalidOperationException thrown = Assert.Throws<InvalidOperationException>(() => EndOp.Create(new OpBuilder(new NestContext()), []));
        Assert.Equal("'fmt.end' is made, but its dialect is not registered in the context", thrown.Message);
    }

    [Fact]
    public void EnumAttributesStandAnywhere()
    {
        Operation op = Inner("\"test.any\"() {a = #fmt.mode<safe>} : () -> ()");
        Assert.Equal(ModeAttr.Get(context, Mode.Safe), op.Attribute("a"));
        Assert.Null(Parse("\"test.any\"() {a = #fmt.moode<safe>} : () -> ()"));
        Assert.Equal("unknown attribute `moode` in dialect `fmt`", errors[0]);
    }

    [Fact]
    public void DocumentationTellsTheDeclaration()
    {
        OpDocumentation groups = context.OpInfo("fmt.groups").Definition!.Documentation;
        Assert.Equal([("first", "variadic of floating-point"), ("middle", "any type"), ("last", "variadic of integer")], groups.Operands);
        OpDocumentation props = context.OpInfo("fmt.props").Definition!.Documentation;
        Assert.Equal(("level", "allowed 32-bit signless integer cases: 0, 4, 5", true), props.Properties[0]);
        Assert.Equal(("second", false), (props.Properties[12].Name, props.Properties[12].Required));
    }
}
