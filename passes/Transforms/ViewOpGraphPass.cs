using System.Globalization;
using System.Text;
using NestC.Builtin;
using NestC.IR;
using NestC.Support;

namespace NestC.Passes.Transforms;

/// <summary>Prints a graph of operations and the values between them in the DOT language, with clusters for blocks, as upstream does.</summary>
[Pass("view-op-graph", "Print Graphviz visualization of an operation")]
public sealed partial class ViewOpGraphPass : Pass
{
    [Option("max-label-len", "Limit attribute/type length to number of chars")] public uint MaxLabelLen { get; init; } = 20;

    [Option("print-attrs", "Print attributes of operations")] public bool PrintAttrs { get; init; } = true;

    [Option("print-control-flow-edges", "Print control flow edges")] public bool PrintControlFlowEdges { get; init; }

    [Option("print-data-flow-edges", "Print data flow edges")] public bool PrintDataFlowEdges { get; init; } = true;

    [Option("print-result-types", "Print result types of operations")] public bool PrintResultTypes { get; init; } = true;

    public override bool Reports => true;

    protected override void Run(Operation op, PassContext ctx)
    {
        Writer writer = new(this);
        ctx.Report(writer.Write(op));
        ctx.PreserveAll();
    }

    /// <param name="Cluster">The cluster that stands for an operation with regions; 0 for a plain node.</param>
    private readonly record struct Node(int Id, int Cluster);

    private sealed class Writer(ViewOpGraphPass options)
    {
        private readonly StringBuilder text = new();
        private readonly List<string> edges = [];
        private readonly Dictionary<string, string> colours = [];
        private readonly Dictionary<Value, Node> values = [];
        private int count;
        private int indent = 1;

        public string Write(Operation root)
        {
            List<string> kinds = [];
            root.WalkPostOrder(op =>
            {
                if (colours.TryAdd(op.Name, "")) kinds.Add(op.Name);
                return WalkResult.Advance;
            });
            for (int i = 0; i < kinds.Count; i++) colours[kinds[i]] = ((double)i / kinds.Count).ToString("F6", CultureInfo.InvariantCulture) + " 1.0 1.0";
            text.Append("digraph G {\n");
            Line("compound = true;");
            Emit(root);
            foreach (string edge in edges) Line(edge);
            return text.Append("}\n").ToString();
        }

        // Deeper lines stand as far right as these: otherwise the text would grow with the square of the depth.
        private const int DeepestIndent = 100;

        private void Line(string line) => text.Append(' ', 2 * Math.Min(indent, DeepestIndent)).Append(line).Append('\n');

        private Node Emit(Operation op)
        {
            Node node;
            if (op.RegionCount > 0)
            {
                node = Cluster(Label(op), () =>
                {
                    foreach (Region region in op.Regions)
                        foreach (Block block in region.Blocks) Emit(block);
                });
            }
            else
            {
                node = new Node(++count, 0);
                Line($"v{node.Id} [fillcolor = \"{colours[op.Name]}\", label = {Quote(Label(op))}, shape = ellipse, style = filled];");
            }
            if (options.PrintDataFlowEdges)
                for (int i = 0; i < op.OperandCount; i++)
                    if (values.TryGetValue(op.Operand(i), out Node from)) Edge(from, node, op.OperandCount == 1 ? "" : i.ToString(CultureInfo.InvariantCulture), "solid");
            foreach (Value result in op.Results) values[result] = node;
            return node;
        }

        private void Emit(Block block)
        {
            if (DeepStack.IsShort) DeepStack.Run((this, block), static s => s.Item1.EmitBlock(s.block));
            else EmitBlock(block);
        }

        private void EmitBlock(Block block) => Cluster("", () =>
        {
            for (int i = 0; i < block.ArgumentCount; i++)
            {
                Node argument = new(++count, 0);
                Line($"v{argument.Id} [label = \"arg{i}\", shape = ellipse];");
                values[block.ArgumentAt(i)] = argument;
            }
            Node? before = null;
            foreach (Operation op in block.Operations)
            {
                Node node = Emit(op);
                if (options.PrintControlFlowEdges && before is { } last) Edge(last, node, "", "dashed");
                before = node;
            }
        });

        // Edges need a node at their end: an invisible one stands in the cluster.
        private Node Cluster(string label, Action body)
        {
            int cluster = ++count;
            Node anchor = new(++count, cluster);
            Line($"subgraph cluster_{cluster} {{");
            indent++;
            Line($"v{anchor.Id} [label = \" \", shape = plain];");
            Line($"label = {Quote(label)};");
            body();
            indent--;
            Line("}");
            return anchor;
        }

        private void Edge(Node from, Node to, string label, string style)
        {
            StringBuilder attributes = new();
            if (from.Cluster == 0 && to.Cluster == 0) attributes.Append($"label = {Quote(label)}, ");
            if (to.Cluster != 0) attributes.Append($"lhead = cluster_{to.Cluster}, ");
            if (from.Cluster != 0) attributes.Append($"ltail = cluster_{from.Cluster}, ");
            edges.Add($"v{from.Id} -> v{to.Id} [{attributes}style = {style}];");
        }

        private string Label(Operation op)
        {
            StringBuilder label = new(op.Name);
            if (options.PrintResultTypes) label.Append(" : (").Append(Cut(string.Join(", ", (object[])op.Results.Types()))).Append(')');
            if (!options.PrintAttrs) return label.ToString();
            label.Append('\n');
            SortedDictionary<string, Attr> all = new(StringComparer.Ordinal);
            foreach (NamedAttr entry in op.Attributes.Entries) all[entry.Name] = entry.Value;
            if (op.PropertiesAttr is DictionaryAttr properties)
                foreach (NamedAttr entry in properties.Entries) all[entry.Name] = entry.Value;
            foreach ((string name, Attr value) in all) label.Append('\n').Append(name).Append(": ").Append(Cut(value.ToString()!));
            return label.ToString();
        }

        private string Cut(string what) => what.Length <= options.MaxLabelLen ? what : what[..(int)options.MaxLabelLen] + "...";

        private static string Quote(string what) =>
            "\"" + what.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal) + "\"";
    }
}
