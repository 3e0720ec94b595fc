using NestC.Dialects.Npu.Isa;
using NestC.Dialects.Npu.Simulator;

namespace NestC.Dialects.Tests.Npu;

/// <summary>
/// Seeded random programs that keep every rule of portability. The rules are checked here by walking the loop nests step by step, which
/// is independent of the checker's shortcuts.
/// </summary>
internal sealed class RandomPrograms
{
    private const int InpWindow = 96, WgtWindow = 12, AccWindow = 160;

    private readonly ProgramBuilder b = new();
    private readonly bool[] acc = new bool[2048], fresh = new bool[2048];
    private readonly DramRegion x, w, c, y, shifts;
    private readonly int inpAt, wgtAt, accAt, shiftAt;
    private SplitMix64 random;

    private RandomPrograms(ulong seed)
    {
        random = new(seed);
        x = b.Allocate("x", VtaMemory.Inp, HandPrograms.Bytes(seed + 1, 300 * 16));
        w = b.Allocate("w", VtaMemory.Wgt, HandPrograms.Bytes(seed + 2, 40 * 256));
        c = b.Allocate("c", HandPrograms.Words(seed + 3, 200 * 16, 1 << 24));
        int[] amounts = HandPrograms.Words(seed + 4, 16, 8);
        for (int i = 0; i < 16; i++)
            amounts[i] += 8;
        shifts = b.Allocate("shifts", amounts);
        y = b.Allocate("y", VtaMemory.Out, 256);
        // Windows anywhere in the buffers, so that all bits of the indices are used.
        inpAt = random.Below(2048 - InpWindow + 1);
        wgtAt = random.Below(1024 - WgtWindow + 1);
        accAt = random.Below(2047 - AccWindow + 1);
        shiftAt = accAt + AccWindow;
    }

    public static VtaProgram Make(ulong seed, List<IsaProblem> problems)
    {
        var programs = new RandomPrograms(seed);
        programs.Fill();
        return programs.b.Build(insertTokens: true, problems)!;
    }

    private void Fill()
    {
        b.Load(VtaMemory.Inp, inpAt, x.At(0), 1, InpWindow, InpWindow);
        b.Load(VtaMemory.Wgt, wgtAt, w.At(0), 1, WgtWindow, WgtWindow);
        b.Load(VtaMemory.Acc, accAt, c.At(0), 1, AccWindow, AccWindow);
        Array.Fill(acc, true, accAt, AccWindow);
        b.Load(VtaMemory.Acc, shiftAt, shifts.At(0), 1, 1, 1);
        int count = 8 + random.Below(50);
        for (int i = 0; i < count; i++)
        {
            switch (random.Below(10))
            {
                case 0: LoadInp(); break;
                case 1: LoadWgt(); break;
                case 2: LoadAcc(); break;
                case 3: Reset(); break;
                case 4 or 5 or 6: Gemm(); break;
                case 7: Alu(); break;
                default: Store(); break;
            }
        }
        Store();
    }

    private void LoadInp()
    {
        // What was stored may come back as an input: the same bytes, ordered through compute.
        DramRegion from = random.Below(3) == 0 ? y : x;
        (int rows, int columns, int stride, int first) = Rows(from.Elements, 4, 9);
        int top = Pad(), bottom = Pad(), left = Pad(), right = Pad();
        int size = (top + rows + bottom) * (left + columns + right);
        if (size <= InpWindow)
            b.Load(VtaMemory.Inp, inpAt + random.Below(InpWindow - size + 1), from.At(first), rows, columns, stride, top, bottom, left, right);
    }

    private void LoadWgt()
    {
        (int rows, int columns, int stride, int first) = Rows(w.Elements, 2, 4);
        b.Load(VtaMemory.Wgt, wgtAt + random.Below(WgtWindow - rows * columns + 1), w.At(first), rows, columns, stride);
    }

    private void LoadAcc()
    {
        (int rows, int columns, int stride, int first) = Rows(c.Elements, 3, 8);
        int top = Pad(), left = Pad(), size = (top + rows) * (left + columns);
        if (size > AccWindow)
            return;
        int at = accAt + random.Below(AccWindow - size + 1);
        b.Load(VtaMemory.Acc, at, c.At(first), rows, columns, stride, padTop: top, padLeft: left);
        Array.Fill(fresh, false, at, size);
    }

    private (int Rows, int Columns, int Stride, int First) Rows(int elements, int maxRows, int maxColumns)
    {
        int rows = 1 + random.Below(maxRows), columns = 1 + random.Below(maxColumns), stride = columns + random.Below(5);
        return (rows, columns, stride, random.Below(elements - (rows - 1) * stride - columns + 1));
    }

    private int Pad() => random.Below(3) != 0 ? 0 : random.Below(8) == 0 ? 15 : random.Below(4);

    private void Reset()
    {
        if (!Loop(needsSource: false, out MicroOp[] uops, out LoopFields loop, sourceIsAcc: false))
            return;
        b.Gemm(b.AddUops(uops), loop with { Reset = true });
        Mark(uops, loop, false);
    }

    private void Gemm()
    {
        if (!Loop(needsSource: true, out MicroOp[] uops, out LoopFields loop, sourceIsAcc: false))
            return;
        b.Gemm(b.AddUops(uops), loop);
        Mark(uops, loop, true);
    }

    private void Alu()
    {
        bool immediate = random.Below(2) == 0;
        if (!Loop(needsSource: !immediate, out MicroOp[] uops, out LoopFields loop, sourceIsAcc: true))
            return;
        var op = (VtaAluOp)random.Below(4);
        if (immediate)
        {
            for (int i = 0; i < uops.Length; i++)
                uops[i] = new(uops[i].Dst, uops[i].Dst);
            b.AluImm(op, op == VtaAluOp.Shr ? random.Below(32) - 16 : random.Below(65536) - 32768, b.AddUops(uops), loop);
        }
        else if (op == VtaAluOp.Shr)
        {
            for (int i = 0; i < uops.Length; i++)
                uops[i] = new(uops[i].Dst, shiftAt);
            loop = loop with { SrcFactorOut = 0, SrcFactorIn = 0 };
            b.AluTensor(op, b.AddUops(uops), loop);
        }
        else
        {
            b.AluTensor(op, b.AddUops(uops), loop);
        }
        Mark(uops, loop, true);
    }

    private void Store()
    {
        (int rows, int columns, int stride, int first) = Rows(y.Elements, 4, 10);
        int at = accAt + random.Below(AccWindow - rows * columns + 1);
        for (int i = 0; i < rows * columns; i++)
        {
            if (fresh[at + i])
                continue;
            // The cheap cure for a stale output: add zero.
            b.AluImm(VtaAluOp.Add, 0, b.AddUops([new(at, at)]), new(0, 0, 1, rows * columns, 0, 1));
            Array.Fill(fresh, true, at, rows * columns);
            break;
        }
        b.Store(at, y.At(first), rows, columns, stride);
    }

    /// <summary>Makes a loop nest that stays in the windows and keeps the pipelines' rules; false when none was found.</summary>
    private bool Loop(bool needsSource, out MicroOp[] uops, out LoopFields loop, bool sourceIsAcc)
    {
        for (int attempt = 0; attempt < 30; attempt++)
        {
            int count = 1 + random.Below(6);
            uops = new MicroOp[count];
            for (int i = 0; i < count; i++)
            {
                int source = !needsSource ? 0 : sourceIsAcc ? accAt + random.Below(AccWindow) : inpAt + random.Below(InpWindow);
                uops[i] = new(accAt + random.Below(AccWindow), source, needsSource && !sourceIsAcc ? wgtAt + random.Below(WgtWindow) : 0);
            }
            loop = new(0, 0, 1 + random.Below(4), 1 + random.Below(5), random.Below(12), random.Below(6), needsSource ? random.Below(8) : 0, needsSource ? random.Below(4) : 0,
                needsSource && !sourceIsAcc ? random.Below(3) : 0, needsSource && !sourceIsAcc ? random.Below(2) : 0);
            if (IsPortable(uops, loop, needsSource, sourceIsAcc))
                return true;
        }
        uops = [];
        loop = default;
        return false;
    }

    private bool IsPortable(MicroOp[] uops, LoopFields loop, bool needsSource, bool sourceIsAcc)
    {
        int before = -1, beforeThat = -1;
        for (int i = 0; i < loop.IterOut; i++)
        {
            for (int j = 0; j < loop.IterIn; j++)
            {
                foreach (MicroOp u in uops)
                {
                    int d = u.Dst + i * loop.DstFactorOut + j * loop.DstFactorIn;
                    int s = u.Src + i * loop.SrcFactorOut + j * loop.SrcFactorIn;
                    int t = u.Wgt + i * loop.WgtFactorOut + j * loop.WgtFactorIn;
                    if (d >= accAt + AccWindow || d == before || d == beforeThat)
                        return false;
                    if (needsSource && s >= (sourceIsAcc ? accAt + AccWindow : inpAt + InpWindow))
                        return false;
                    if (needsSource && (sourceIsAcc ? s == before : t >= wgtAt + WgtWindow))
                        return false;
                    (beforeThat, before) = (before, d);
                }
            }
        }
        return true;
    }

    private void Mark(MicroOp[] uops, LoopFields loop, bool value)
    {
        for (int i = 0; i < loop.IterOut; i++)
        {
            for (int j = 0; j < loop.IterIn; j++)
            {
                foreach (MicroOp u in uops)
                    fresh[u.Dst + i * loop.DstFactorOut + j * loop.DstFactorIn] = value;
            }
        }
    }
}
