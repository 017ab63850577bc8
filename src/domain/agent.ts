/** The people of the desk, their roles, and what each may do. */
export const ROLES = ['agent', 'supervisor', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export type Agent = {
  id: string;
  email: string;
  name: string;
  role: Role;
  locale: 'zh-CN' | 'en';
  disabledAt: string | null;
};

/** Whoever acts on the desk's API. */
export type Actor = {
  id: string;
  name: string;
  role: Role;
  /** What an API key is for: it may do no more than that, whatever the role. */ scopes?: readonly string[];
};
