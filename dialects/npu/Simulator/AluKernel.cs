using System.Runtime.Intrinsics;
using NestC.Dialects.Npu.Isa;

namespace NestC.Dialects.Npu.Simulator;

/// <summary>Executes the loop nest of an ALU instruction, lane by lane on int32 with wrap-around, in the order of the micro-ops.</summary>
internal static unsafe class AluKernel
{
    /// <summary>Runs dst = op(dst, imm). A shift by n >= 0 is arithmetic to the right, by n &lt; 0 to the left; five bits count.</summary>
    public static void RunImmediate(Scratchpads pads, in LoopFields loop, VtaAluOp op, int imm, UopTable uops)
    {
        ReadOnlySpan<int> dst = uops.Dst;
        int lanes = pads.Config.AccLanes;
        for (int i = 0; i < loop.IterOut; i++)
        {
            for (int j = 0; j < loop.IterIn; j++)
            {
                int offset = i * loop.DstFactorOut + j * loop.DstFactorIn;
                for (int u = 0; u < dst.Length; u++)
                    Immediate(pads.Acc + (nint)(dst[u] + offset) * lanes, lanes, op, imm);
            }
        }
    }

    /// <summary>Runs dst = op(dst, src); returns the first shift amount outside 0 to 15, or null.</summary>
    public static int? RunTensor(Scratchpads pads, in LoopFields loop, VtaAluOp op, UopTable uops)
    {
        ReadOnlySpan<int> dst = uops.Dst, src = uops.Src;
        int lanes = pads.Config.AccLanes;
        int? wrong = null;
        for (int i = 0; i < loop.IterOut; i++)
        {
            for (int j = 0; j < loop.IterIn; j++)
            {
                int d = i * loop.DstFactorOut + j * loop.DstFactorIn, s = i * loop.SrcFactorOut + j * loop.SrcFactorIn;
                for (int u = 0; u < dst.Length; u++)
                {
                    int* a = pads.Acc + (nint)(dst[u] + d) * lanes;
                    int* b = pads.Acc + (nint)(src[u] + s) * lanes;
                    if (op == VtaAluOp.Shr)
                        Shift(a, b, lanes, ref wrong);
                    else
                        Tensor(a, b, lanes, op);
                }
            }
        }
        return wrong;
    }

    private static void Immediate(int* a, int lanes, VtaAluOp op, int imm)
    {
        int n = 0;
        for (; n + 16 <= lanes; n += 16)
        {
            Vector512<int> x = Vector512.Load(a + n);
            Vector512<int> y = op switch
            {
                VtaAluOp.Min => Vector512.Min(x, Vector512.Create(imm)),
                VtaAluOp.Max => Vector512.Max(x, Vector512.Create(imm)),
                VtaAluOp.Add => x + Vector512.Create(imm),
                VtaAluOp.Mul => x * Vector512.Create(imm),
                _ => imm >= 0 ? x >> (imm & 31) : x << (-imm & 31),
            };
            y.Store(a + n);
        }
        for (; n < lanes; n++)
            a[n] = Scalar(a[n], imm, op);
    }

    private static void Tensor(int* a, int* b, int lanes, VtaAluOp op)
    {
        int n = 0;
        for (; n + 16 <= lanes; n += 16)
        {
            Vector512<int> x = Vector512.Load(a + n), z = Vector512.Load(b + n);
            Vector512<int> y = op switch
            {
                VtaAluOp.Min => Vector512.Min(x, z),
                VtaAluOp.Max => Vector512.Max(x, z),
                VtaAluOp.Add => x + z,
                _ => x * z,
            };
            y.Store(a + n);
        }
        for (; n < lanes; n++)
            a[n] = Scalar(a[n], b[n], op);
    }

    private static void Shift(int* a, int* b, int lanes, ref int? wrong)
    {
        for (int n = 0; n < lanes; n++)
        {
            int amount = b[n];
            if ((uint)amount > 15)
                wrong ??= amount;
            a[n] = Scalar(a[n], amount, VtaAluOp.Shr);
        }
    }

    private static int Scalar(int x, int y, VtaAluOp op) => op switch
    {
        VtaAluOp.Min => Math.Min(x, y),
        VtaAluOp.Max => Math.Max(x, y),
        VtaAluOp.Add => x + y,
        VtaAluOp.Mul => x * y,
        _ => y >= 0 ? x >> (y & 31) : x << (-y & 31),
    };
}
