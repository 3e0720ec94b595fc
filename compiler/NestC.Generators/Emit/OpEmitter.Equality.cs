using System.Collections.Generic;

namespace NestC.Generators;

internal sealed partial class OpEmitter
{
    // Hash and comparison of the properties over their typed fields: no attribute is made.
    private void Equality()
    {
        List<string> hashes = [], comparisons = [];
        foreach (PropModel prop in op.Props)
        {
            hashes.Add($"PropertyEquality.HashOf({Comparable(prop, "")})");
            comparisons.Add($"PropertyEquality.Same({Comparable(prop, "")}, {Comparable(prop, "o.")})");
            if (!KeepsPresence(prop)) continue;
            hashes.Add($"PropertyEquality.HashOf({prop.HasField})");
            comparisons.Add($"{prop.HasField} == o.{prop.HasField}");
        }
        Sizes(true, op.SizesOperands, op.Operands.Count);
        Sizes(false, op.SizesResults, op.Results.Count);

        code.Open("public override int PropertiesHash()");
        code.Line($"int hash = {hashes[0]};");
        for (int i = 1; i < hashes.Count; i++) code.Line($"hash = NestC.Support.Hash.Combine(hash, {hashes[i]});");
        code.Line("return hash;");
        code.Close();
        code.Line();
        code.Open("public override bool SameProperties(Operation other)");
        code.Line($"{op.Class} o = ({op.Class})other;");
        code.Line($"return {string.Join(" && ", comparisons)};");
        code.Close();
        code.Line();

        void Sizes(bool isOperand, bool has, int count)
        {
            for (int i = 0; has && i < count; i++)
            {
                string field = SegmentField(isOperand, i);
                hashes.Add($"PropertyEquality.HashOf((long){field})");
                comparisons.Add($"{field} == o.{field}");
            }
        }
    }

    // The field as one of the types that PropertyEquality takes.
    private static string Comparable(PropModel prop, string self)
    {
        string field = self + prop.Field;
        return prop.Kind switch
        {
            PropKind.Enum or PropKind.EnumAttr => prop.IsOptional ? $"(long?){field}" : $"(long){field}",
            PropKind.Attr when prop.Type == "ITypedAttr" => $"(Attr?){field}",
            _ => field,
        };
    }
}
