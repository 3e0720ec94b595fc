using System.Collections.Generic;

namespace NestC.Generators;

internal sealed partial class OpEmitter
{
    private void Definition()
    {
        code.Line($"/// <summary>What `{op.OpName}` is, apart from any context.</summary>");
        code.Open("public sealed class Definition : OpDefinition");
        code.Line("public Definition() : base(OpName) { }");
        code.Line();
        code.Line("[System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]");
        code.Line("internal static OpDefinition Make() => new Definition();");
        code.Line();
        List<string> flags = [];
        foreach (string flag in op.TraitFlags) flags.Add("OpTraits." + flag);
        code.Line($"public override OpTraits Traits => {(flags.Count == 0 ? "OpTraits.None" : string.Join(" | ", flags))};");
        code.Line();
        code.Line($"public override Operation New() => new {op.Class}();");
        code.Line();
        InherentNames();
        VerifyInvariants();
        InferResultTypes();
        VerifyInferred();
        if (op.IsCanonicalizable)
        {
            code.Line($"public override void AddCanonicalization(PatternSet patterns) => {op.Class}.Canonicalize(patterns);");
            code.Line();
        }
        Syntax();
        if (op.DefaultDialect is not null)
        {
            code.Line($"public override string? DefaultDialect => {Names.Quote(op.DefaultDialect)};");
            code.Line();
        }
        Documentation();
        if (InfersAll() && UsesFailed())
        {
            code.Line();
            code.Open("private static bool Failed(Action<string> error)");
            code.Line("error(\"failed to infer returned types\");");
            code.Line("return false;");
            code.Close();
        }
        code.Close();
    }

    private bool UsesFailed()
    {
        if (AnyOperand(NeededByInference()) || (InferAll() is { } all && !Says(all))) return true;
        foreach (ValueModel r in op.Results)
            if (InferOne(r.Name) is { } one ? !Says(one) : r.TypeFrom is not null) return true;
        return false;
    }

    private void InherentNames()
    {
        List<string> all = [], required = [];
        foreach (PropModel prop in op.Props)
        {
            all.Add(Names.Quote(prop.Name));
            if (prop.IsRequired) required.Add(Names.Quote(prop.Name));
        }
        if (op.SizesOperands) all.Add("\"operandSegmentSizes\"");
        if (op.SizesResults) all.Add("\"resultSegmentSizes\"");
        if (all.Count == 0) return;
        code.Line($"private static readonly string[] inherentNames = [{string.Join(", ", all)}];");
        if (required.Count > 0) code.Line($"private static readonly string[] requiredNames = [{string.Join(", ", required)}];");
        code.Line();
        code.Line("public override ReadOnlySpan<string> InherentNames => inherentNames;");
        code.Line();
        if (required.Count == 0) return;
        code.Line("public override ReadOnlySpan<string> RequiredNames => requiredNames;");
        code.Line();
    }

    // Verification ------------------------------------------------------------------------------------------------------

    private void VerifyInvariants()
    {
        code.Open("public override bool VerifyInvariants(Operation op, Diag d)");
        if (NeedsSelf()) code.Line($"{op.Class} self = ({op.Class})op;");
        List<string> counts = [];
        Counts(counts);
        code.Line($"if (!({string.Join(" & ", counts)})) return false;");
        List<string> checks = [];
        Segments(checks);
        foreach (string check in checks) code.Line($"if (!{check}) return false;");
        code.Line("bool ok = true;");
        Types(op.Operands, isOperand: true);
        Types(op.Results, isOperand: false);
        foreach (PropModel prop in op.Props) Property(prop);
        for (int i = 0; i < op.Regions.Count; i++)
        {
            RegionModel r = op.Regions[i];
            if (r.Terminator is not null) code.Line($"ok &= ImplicitTerminator.Verify(op, d, {i}, {Utf8(r.Terminator)});");
            if (r.Min > 0 || r.Max >= 0) code.Line($"ok &= Invariants.RegionBlocks(op, d, {i}, {Names.Quote(r.Name)}, {r.Min}, {r.Max});");
        }
        List<string> relations = Relations();
        foreach (string trait in op.VerifiedTraits) relations.Add($"{trait}.VerifyTrait(op, d)");
        code.Line(relations.Count == 0 ? "return ok;" : $"return ok && {(relations.Count == 1 ? relations[0] : "(" + string.Join(" & ", relations) + ")")};");
        code.Close();
        code.Line();
    }

    private bool NeedsSelf()
    {
        if (op.SizesOperands || op.SizesResults) return true;
        foreach (PropModel prop in op.Props)
            if (IsSet(prop, "") is not null || prop.Constraint is not null) return true;
        return false;
    }

    private void Counts(List<string> counts)
    {
        int least = 0;
        bool open = false;
        foreach (RegionModel r in op.Regions)
        {
            if (r.IsVariadic) open = true;
            else least++;
        }
        Count("Regions", least, open);
        (least, open) = Least(op.Results);
        Count("Results", least, open);
        (least, open) = (0, false);
        foreach (SuccessorModel s in op.Successors)
        {
            if (s.IsVariadic) open = true;
            else least++;
        }
        Count("Successors", least, open);
        (least, open) = Least(op.Operands);
        Count("Operands", least, open);

        void Count(string what, int number, bool atLeast)
        {
            if (!atLeast) counts.Add($"Invariants.{what}(op, d, {number})");
            else if (number > 0) counts.Add($"Invariants.{what}AtLeast(op, d, {number})");
        }
    }

    private static (int Least, bool Open) Least(EquatableArray<ValueModel> values)
    {
        int least = 0;
        bool open = false;
        foreach (ValueModel v in values)
        {
            if (v.Arity == Arity.One) least++;
            else
            {
                open = true;
                least += v.Min;
            }
        }
        return (least, open);
    }

    private void Segments(List<string> checks)
    {
        for (int list = 0; list < 2; list++)
        {
            bool isOperand = list == 0;
            EquatableArray<ValueModel> values = isOperand ? op.Operands : op.Results;
            string what = isOperand ? "operand" : "result";
            if (isOperand ? op.SizesOperands : op.SizesResults)
            {
                List<string> sizes = [];
                for (int i = 0; i < values.Count; i++) sizes.Add("self." + SegmentField(isOperand, i));
                checks.Add($"Invariants.Segments(op, d, \"{what}SegmentSizes\", \"{what}\", [{string.Join(", ", sizes)}], op.{(isOperand ? "OperandCount" : "ResultCount")})");
                for (int i = 0; i < values.Count; i++)
                {
                    ValueModel v = values[i];
                    if (v.Arity == Arity.Variadic && v.Min == 0) continue;
                    string most = v.Arity == Arity.Variadic ? "int.MaxValue" : "1";
                    checks.Add($"Invariants.Segment(op, d, \"{what}\", {Start(isOperand, i, "self.")}, self.{SegmentField(isOperand, i)}, {v.Min}, {most})");
                }
                continue;
            }
            for (int i = 0; i < values.Count; i++)
                if (values[i].Arity == Arity.Optional)
                    checks.Add($"Invariants.Segment(op, d, \"{what}\", {Start(isOperand, i, "op.")}, {CountOf(isOperand, i, "op.")}, 0, 1)");
        }
    }

    private void Types(EquatableArray<ValueModel> values, bool isOperand)
    {
        string one = isOperand ? "Operand" : "Result", many = one + "s";
        for (int i = 0; i < values.Count; i++)
        {
            ValueModel v = values[i];
            if (v.IsAnyType) continue;
            string self = (isOperand ? op.SizesOperands : op.SizesResults) ? "self." : "op.";
            code.Line(v.Arity == Arity.One
                ? $"ok &= Invariants.{one}<{v.Constraint}>(op, d, {Start(isOperand, i, self)});"
                : $"ok &= Invariants.{many}<{v.Constraint}>(op, d, {Start(isOperand, i, self)}, {CountOf(isOperand, i, self)}{(v.Arity == Arity.Optional ? ", optional: true" : "")});");
        }
    }

    private void Property(PropModel prop)
    {
        string name = Names.Quote(prop.Name);
        string description = prop.Constraint is null ? Names.Quote(prop.Description) : prop.Constraint + ".Describe";
        string? set = IsSet(prop, "self.");
        if (prop.IsRequired) code.Line($"ok &= {Negatable(set!)} || Invariants.Missing(op, d, {name}, {description});");
        else code.Line($"ok &= Invariants.Unfit(op, d, {name}, {description});");
        if (prop.Constraint is null) return;
        string check = $"Invariants.Property<{prop.Constraint}>(op, d, {name}, {ToAttr(prop, "self.")})";
        code.Line(set is null ? $"ok &= {check};" : $"ok &= !({set}) || {check};");
    }

    private static string Negatable(string condition) => condition.IndexOf(' ') < 0 ? condition : "(" + condition + ")";

    // Relations between types that [SameTypeAs] and [TypeFrom] state.
    private List<string> Relations()
    {
        List<string> relations = [];
        Dictionary<string, List<string>> classes = [];
        List<string> order = [];
        foreach (ValueModel v in AllValues())
        {
            if (v.SameTypeAs is null) continue;
            string root = v.SameTypeAs;
            for (int i = 0; i < 16 && op.FindValue(root) is { SameTypeAs: { } next }; i++) root = next;
            if (!classes.TryGetValue(root, out List<string>? members))
            {
                classes.Add(root, members = []);
                order.Add(root);
            }
            members.Add(v.Name);
        }
        foreach (string root in order)
        {
            List<string> names = [], conditions = [];
            foreach (ValueModel v in AllValues())
            {
                if (v.Name != root && !classes[root].Contains(v.Name)) continue;
                names.Add(v.Name);
                if (v.Name == root) continue;
                conditions.Add(SameType(v, root));
            }
            relations.Add($"Invariants.Holds(op, d, {string.Join(" && ", conditions)}, {Names.Quote($"all of {{{string.Join(", ", names)}}} have same type")})");
        }
        foreach (ValueModel v in AllValues())
            if (v.TypeFrom is not null)
                relations.Add($"Invariants.Holds(op, d, {v.TypeFromMethod}({TypeInOp(op.FindValue(v.TypeFrom)!)}) is not {{ }} {v.Local}Type || {TypeInOp(v)} == {v.Local}Type, {v.TypeFromText})");
        return relations;
    }

    private string SameType(ValueModel v, string root)
    {
        ValueModel other = op.FindValue(root)!;
        return $"{TypeInOp(v)} == {TypeInOp(other)}";
    }

    private string TypeInOp(ValueModel v)
    {
        bool isOperand = IndexOf(op.Operands, v.Name) >= 0;
        int index = IndexOf(isOperand ? op.Operands : op.Results, v.Name);
        string self = (isOperand ? op.SizesOperands : op.SizesResults) ? "self." : "op.";
        return $"op.{(isOperand ? "Operand" : "Result")}({Start(isOperand, index, self)}).Type";
    }

    private IEnumerable<ValueModel> AllValues()
    {
        foreach (ValueModel v in op.Operands) yield return v;
        foreach (ValueModel v in op.Results) yield return v;
    }

    // The last check: the result types against what [InferResult] says.
    private void VerifyInferred()
    {
        if (op.Inferences.Count == 0 || !InfersAll()) return;
        code.Open("public override bool VerifyInferredTypes(Operation op, Diag d)");
        HashSet<string> needed = NeededByInference();
        bool typed = needed.Contains("#self") || (op.SizesOperands && needed.Count > 0);
        code.Line("Vec<IrType> inferred = default;");
        code.Line("return !TryInfer(op, ref inferred) || Invariants.InferredTypes(op, d, inferred.Span);");
        code.Close();
        code.Line();
        code.Open("private static bool TryInfer(Operation op, ref Vec<IrType> types)");
        if (typed) code.Line($"{op.Class} self = ({op.Class})op;");
        for (int i = 0; i < op.Operands.Count; i++)
        {
            ValueModel v = op.Operands[i];
            if (!needed.Contains(v.Name)) continue;
            string self = op.SizesOperands ? "self." : "op.";
            string start = Start(true, i, self), count = CountOf(true, i, self);
            code.Line(v.Arity switch
            {
                Arity.One => $"Value {v.Local} = op.Operand({start});",
                Arity.Optional => $"Value? {v.Local} = {count} > 0 ? op.Operand({start}) : null;",
                _ => $"ReadOnlySpan<Value> {v.Local} = new OperandRange(op, {start}, {count}).ToArray();",
            });
        }
        const string error = "static _ => { }";
        if (InferAll() is { } all)
        {
            code.Line($"if ({Call(all, "op.Context", error, "self.")} is not {{ }} all) return false;");
            code.Line("types.AddRange(all);");
        }
        else
        {
            foreach (ValueModel r in InferenceOrder())
            {
                string expression = InferExpression(r, null, "op.Context", error, "self.", out bool mayFail);
                string local = Names.CamelRaw(r.Property) + "Type";
                code.Line(mayFail ? $"if ({expression} is not {{ }} {local}) return false;" : $"IrType {local} = {expression};");
            }
            foreach (ValueModel r in op.Results) code.Line($"types.Add({Names.CamelRaw(r.Property)}Type);");
        }
        code.Line("return true;");
        code.Close();
        code.Line();
    }

    // Syntax and documentation ------------------------------------------------------------------------------------------

    private void Syntax()
    {
        if (op.HasCustomSyntax)
        {
            code.Line("public override bool HasCustomSyntax => true;");
            code.Line();
            code.Line($"public override bool Parse(AsmParser parser, OperationState state) => {op.Class}.Parse(parser, state);");
            code.Line();
            code.Line("public override void Print(Operation op, AsmPrinter printer) => ((ICustomSyntax)op).Print(printer);");
            code.Line();
            return;
        }
        if (format is null) return;
        code.Line("public override bool HasCustomSyntax => true;");
        code.Line();
        FormatParse();
        FormatPrint();
    }

    private void Documentation()
    {
        code.Line("public override OpDocumentation Documentation => new(");
        code.Indent();
        code.Line($"{Names.Quote(op.Summary)},");
        code.Line($"{(op.Format is null ? "null" : Names.Quote(op.Format))},");
        List<string> items = [];
        foreach (ValueModel v in op.Operands) items.Add(Documented(v));
        List("[", items);
        foreach (ValueModel v in op.Results) items.Add(Documented(v));
        List("[", items);
        foreach (PropModel p in op.Props)
            items.Add($"({Names.Quote(p.Name)}, {(p.Constraint is null ? Names.Quote(p.Description) : p.Constraint + ".Describe")}, {(p.IsRequired ? "true" : "false")})");
        List("[", items);
        foreach (RuleModel r in op.Rules) items.Add($"({Names.Quote(r.Id)}, {Names.Quote(r.Text)})");
        List("[", items);
        foreach (string t in op.Traits) items.Add(Names.Quote(t));
        code.Line($"[{string.Join(", ", items)}]);");
        code.Unindent();

        void List(string open, List<string> list)
        {
            code.Line($"{open}{string.Join(", ", list)}],");
            list.Clear();
        }
    }

    private static string Documented(ValueModel v)
    {
        string constraint = v.Constraint + ".Describe";
        if (v.Arity == Arity.Variadic) constraint = $"\"variadic of \" + {constraint}";
        return $"({Names.Quote(v.Name)}, {constraint})";
    }
}
