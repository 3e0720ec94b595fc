using NestC.Diagnostics;
using NestC.IR;
using Xunit;

namespace NestC.Core.Tests.Diagnostics;

public class OrderedDiagnosticsTests
{
    private static Diagnostic Error(string text) => new(Severity.Error, "", Location.Unknown, text);

    [Fact]
    public void ThreadsAreHeardInProgramOrder()
    {
        DiagnosticEngine engine = new();
        List<string> said = [];
        using IDisposable handler = engine.PushHandler(d => said.Add(d.Message));
        const int Count = 64;
        using Barrier barrier = new(4);
        using (OrderedDiagnostics ordered = new(engine))
        {
            // Each thread takes its ids from the last to the first, so that the clock's order is never the program's.
            Thread[] threads = [.. Enumerable.Range(0, 4).Select(t => new Thread(() =>
            {
                barrier.SignalAndWait();
                for (int id = Count - 4 + t; id >= 0; id -= 4)
                {
                    using (ordered.Enter(id))
                    {
                        engine.Emit(Error($"{id} a"));
                        engine.Emit(Error($"{id} b"));
                    }
                }
            }))];
            foreach (Thread thread in threads) thread.Start();
            foreach (Thread thread in threads) thread.Join();
            Assert.Empty(said);
            Assert.Equal(2 * Count, engine.ErrorCount);
        }
        Assert.Equal(Enumerable.Range(0, Count).SelectMany(id => new[] { $"{id} a", $"{id} b" }), said);
        Assert.Equal(2 * Count, engine.ErrorCount);
    }

    [Fact]
    public void AnIdEnteredAgainGoesOnWhereItStopped()
    {
        DiagnosticEngine engine = new();
        List<string> said = [];
        using IDisposable handler = engine.PushHandler(d => said.Add(d.Message));
        using (OrderedDiagnostics ordered = new(engine))
        {
            using (ordered.Enter(2)) engine.Emit(Error("2 first pass"));
            using (ordered.Enter(1)) engine.Emit(Error("1 first pass"));
            using (ordered.Enter(2)) engine.Emit(Error("2 second pass"));
            engine.Emit(Error("outside"));
        }
        Assert.Equal(["outside", "1 first pass", "2 first pass", "2 second pass"], said);
    }

    [Fact]
    public void ScopesNest()
    {
        DiagnosticEngine engine = new();
        List<string> said = [];
        using IDisposable handler = engine.PushHandler(d => said.Add(d.Message));
        using (OrderedDiagnostics outer = new(engine))
        {
            using (outer.Enter(1))
            {
                engine.Emit(Error("1 before"));
                using (OrderedDiagnostics inner = new(engine))
                {
                    using (inner.Enter(9)) engine.Emit(Error("1.9"));
                    using (inner.Enter(3)) engine.Emit(Error("1.3"));
                }
                engine.Emit(Error("1 after"));
            }
            using (outer.Enter(0)) engine.Emit(Error("0"));
        }
        Assert.Equal(["0", "1 before", "1.3", "1.9", "1 after"], said);
    }

    [Fact]
    public void AnotherEngineIsNotTouched()
    {
        DiagnosticEngine engine = new(), other = new();
        List<string> said = [];
        using IDisposable handler = other.PushHandler(d => said.Add(d.Message));
        using OrderedDiagnostics ordered = new(engine);
        using (ordered.Enter(1)) other.Emit(Error("now"));
        Assert.Equal(["now"], said);
    }
}
