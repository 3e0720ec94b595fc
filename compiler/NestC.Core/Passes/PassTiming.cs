using System.Diagnostics;
using System.Globalization;
using System.Text;
using NestC.IR;

namespace NestC.Passes;

/// <summary>
/// Measures how long passes, analyses and the phases of a tool take. User time is summed over threads; wall time is that of
/// the thread that was busy longest.
/// </summary>
public sealed class PassTiming : PassInstrumentation
{
    private sealed class Node(string name)
    {
        public readonly string Name = name;
        public readonly List<Node> Children = [];
        public string? Collection;      // what upstream calls the nested pipelines that this one is alone in
        public readonly Dictionary<object, Node> ByKey = [];
        private long[] perThread = [];

        public Node Child(object key, string name)
        {
            lock (this)
            {
                if (!ByKey.TryGetValue(key, out Node? child))
                {
                    ByKey.Add(key, child = new Node(name));
                    Children.Add(child);
                }
                return child;
            }
        }

        public void Add(int thread, long ticks)
        {
            lock (this)
            {
                if (thread >= perThread.Length) Array.Resize(ref perThread, thread + 1);
                perThread[thread] += ticks;
            }
        }

        public double User
        {
            get
            {
                long sum = 0;
                foreach (long t in perThread) sum += t;
                return Seconds(sum);
            }
        }

        public double Wall
        {
            get
            {
                long most = 0;
                foreach (long t in perThread) most = Math.Max(most, t);
                return Seconds(most);
            }
        }
    }

    private sealed class Worker(int number)
    {
        public readonly int Number = number;
        public readonly List<(Node Node, long Start)> Open = [];
    }

    private readonly Node root = new("root");
    private readonly ThreadLocal<Worker> workers;
    private readonly Dictionary<PassPipeline, Node> places = [];
    private readonly long start = Stopwatch.GetTimestamp();
    private int workerCount;

    public PassTiming() => workers = new ThreadLocal<Worker>(() => new Worker(Interlocked.Increment(ref workerCount) - 1));

    private static double Seconds(long ticks) => (double)ticks / Stopwatch.Frequency;

    /// <summary>Measures a phase of the tool (`Parser`) until the scope is disposed.</summary>
    public IDisposable Measure(string name)
    {
        Begin(root.Child(name, name));
        return new Phase(this);
    }

    private sealed class Phase(PassTiming timing) : IDisposable
    {
        public void Dispose() => timing.End();
    }

    /// <summary>Makes the nodes of a pipeline before it runs: workers then know where they belong, and the order is the pipeline's.</summary>
    public void Prepare(PassPipeline pipeline) => Place(pipeline, root);

    private void Place(PassPipeline pipeline, Node at)
    {
        places[pipeline] = at;
        foreach (PipelineItem item in pipeline.Items)
        {
            if (item is not NestedItem nested) continue;
            Node parent = nested.Pipelines.Count > 1 ? at.Child(nested, nested.Name) : at;
            foreach (PassPipeline inner in nested.Pipelines)
            {
                Node node = parent.Child(inner, $"'{inner.Anchor}' Pipeline");
                if (nested.Pipelines.Count == 1) node.Collection = nested.Name;
                Place(inner, node);
            }
        }
    }

    private void Begin(Node node) => workers.Value!.Open.Add((node, Stopwatch.GetTimestamp()));

    private void End()
    {
        Worker worker = workers.Value!;
        (Node node, long from) = worker.Open[^1];
        worker.Open.RemoveAt(worker.Open.Count - 1);
        node.Add(worker.Number, Stopwatch.GetTimestamp() - from);
    }

    private Node Top => workers.Value!.Open is { Count: > 0 } open ? open[^1].Node : root;

    public override void BeforePipeline(PassPipeline pipeline, Operation op)
    {
        if (!places.TryGetValue(pipeline, out Node? node)) node = Top.Child(pipeline, $"'{pipeline.Anchor}' Pipeline");
        Begin(node);
    }

    public override void AfterPipeline(PassPipeline pipeline, Operation op) => End();

    public override void BeforePass(Pass pass, Operation op) => Begin(Top.Child(pass, pass.DisplayName));

    public override void AfterPass(Pass pass, Operation op) => End();

    public override void AfterPassFailed(Pass pass, Operation op) => End();

    public override void BeforeAnalysis(string name, Operation op) => Begin(Top.Child(name, "(A) " + name));

    public override void AfterAnalysis(string name, Operation op) => End();

    /// <summary>The report in mlir-opt's layout.</summary>
    /// <param name="list">Sums by name, longest first, instead of the tree.</param>
    /// <param name="threaded">Shows user time beside wall time.</param>
    public string Report(bool list, bool json, bool threaded)
    {
        double wall = Seconds(Stopwatch.GetTimestamp() - start), used = 0, usedWall = 0;
        foreach (Node child in root.Children)
        {
            used += child.User;
            usedWall += child.Wall;
        }
        double rest = Math.Max(0, wall - usedWall), user = Math.Max(wall, used + rest);
        List<(int Depth, string Name, double User, double Wall, Node? Node)> rows = [];
        if (list)
        {
            // The sums hold what the tree does not show: the whole, and nested pipelines apart from the one that they consist of.
            Dictionary<string, (double User, double Wall)> sums = [];
            Sum(root, sums);
            List<string> names = [.. sums.Keys];
            names.Sort((a, b) => sums[a].Wall != sums[b].Wall ? sums[b].Wall.CompareTo(sums[a].Wall) : string.CompareOrdinal(a, b));
            rows.Add((0, root.Name, user, wall, null));
            foreach (string name in names) rows.Add((0, name, sums[name].User, sums[name].Wall, null));
        }
        else
        {
            foreach (Node child in root.Children) Flatten(child, 0, rows);
        }
        return json ? Json(rows, rest, user, wall, list) : Text(rows, rest, user, wall, threaded);
    }

    private static void Flatten(Node node, int depth, List<(int, string, double, double, Node?)> rows)
    {
        rows.Add((depth, node.Name, node.User, node.Wall, node));
        foreach (Node child in node.Children) Flatten(child, depth + 1, rows);
    }

    private static void Sum(Node node, Dictionary<string, (double User, double Wall)> sums)
    {
        foreach (Node child in node.Children)
        {
            Add(child.Name);
            if (child.Collection is { } collection) Add(collection);
            Sum(child, sums);

            void Add(string name)
            {
                sums.TryGetValue(name, out (double User, double Wall) sum);
                sums[name] = (sum.User + child.User, sum.Wall + child.Wall);
            }
        }
    }

    private static string Text(List<(int Depth, string Name, double User, double Wall, Node?)> rows, double rest, double user, double wall, bool threaded)
    {
        StringBuilder text = new();
        ReportHeader.Write(text, "... Execution time report ...");
        text.Append(CultureInfo.InvariantCulture, $"  Total Execution Time: {wall:F4} seconds\n\n");
        if (threaded) text.Append("  ----User Time----");
        text.Append("  ----Wall Time----  ----Name----\n");
        foreach ((int depth, string name, double u, double w, _) in rows) Line(depth, name, u, w);
        Line(0, "Rest", rest, rest);
        Line(0, "Total", user, wall);
        return text.ToString();

        void Line(int depth, string name, double u, double w)
        {
            if (threaded) Column(u, user);
            Column(w, wall);
            text.Append(' ', 2 + 2 * depth).Append(name).Append('\n');
        }

        void Column(double value, double total) => text.Append(CultureInfo.InvariantCulture, $"  {value,8:F4} ({100 * value / total,5:F1}%)");
    }

    private static string Json(List<(int Depth, string Name, double User, double Wall, Node? Node)> rows, double rest, double user, double wall, bool list)
    {
        StringBuilder text = new("[\n");
        int depth = 0;
        for (int i = 0; i < rows.Count; i++)
        {
            for (; depth > rows[i].Depth; depth--) text.Append(' ', 2 * (depth - 1)).Append("{}]},\n");
            Object(rows[i].Depth, rows[i].Name, rows[i].User, rows[i].Wall);
            if (list)
            {
                text.Append("},\n");
                continue;
            }
            text.Append(", \"passes\": [\n");
            depth = rows[i].Depth + 1;
        }
        for (; depth > 0; depth--) text.Append(' ', 2 * (depth - 1)).Append("{}]},\n");
        Object(0, "Rest", rest, rest);
        text.Append("},\n");
        Object(0, "Total", user, wall);
        return text.Append("}\n]\n").ToString();

        void Object(int at, string name, double u, double w) => text.Append(' ', 2 * at).Append(CultureInfo.InvariantCulture,
            $"{{\"user\": {{\"duration\": {u,8:F4}, \"percentage\": {100 * u / user,5:F1}}}, \"wall\": {{\"duration\": {w,8:F4}, \"percentage\": {100 * w / wall,5:F1}}}, \"name\": \"{name}\"");
    }
}
